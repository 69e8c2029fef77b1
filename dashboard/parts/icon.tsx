/** Drawn on a 16 × 16 grid with one stroke: they sit beside text and inherit its colour. */
const PATHS = {
  overview: "M2 9h4v5H2zM10 2h4v12h-4zM6 6h4v8",
  trail: "M4 3h10M4 8h10M4 13h10M1.5 3h.01M1.5 8h.01M1.5 13h.01",
  finding: "M8 2l6.5 11.5h-13zM8 6.5v3M8 11.6v.01",
  session: "M2 3h12v8H2zM5 14h6M8 11v3",
  login: "M9 2h4v12H9M2 8h7M6.5 5.5L9 8l-2.5 2.5",
  user: "M8 8a3 3 0 100-6 3 3 0 000 6zM2.5 14a5.5 5.5 0 0111 0",
  users:
    "M6 8a2.6 2.6 0 100-5.2A2.6 2.6 0 006 8zM1.5 13.5a4.5 4.5 0 019 0M10.5 3a2.5 2.5 0 010 5M12 9.6a4.4 4.4 0 012.6 3.9",
  instance: "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01",
  policy: "M8 1.8l5.5 2v4c0 3.4-2.3 5.6-5.5 6.6-3.2-1-5.5-3.2-5.5-6.6v-4z",
  report: "M4 1.8h5.5L12.5 5v9.2H4zM9.2 2v3.2h3.2M6.2 8.5h4M6.2 11h4",
  audit: "M3 2h10v12H3zM5.5 5h5M5.5 8h5M5.5 11h3",
  role: "M8 2v3M4.5 8.5L8 5l3.5 3.5M4.5 8.5V14M11.5 8.5V14",
  key: "M5.5 10.5a3 3 0 110-.01M7.8 8.2L13.5 2.5M11 5l2 2",
  settings:
    "M8 10.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4zM8 1.5v2M8 12.5v2M1.5 8h2M12.5 8h2M3.4 3.4l1.4 1.4M11.2 11.2l1.4 1.4M12.6 3.4l-1.4 1.4M4.8 11.2l-1.4 1.4",
  search: "M7 12A5 5 0 107 2a5 5 0 000 10zM10.7 10.7L14 14",
  menu: "M2 4h12M2 8h12M2 12h12",
  close: "M3.5 3.5l9 9M12.5 3.5l-9 9",
  down: "M4 6l4 4 4-4",
  next: "M6 4l4 4-4 4",
  back: "M10 4L6 8l4 4",
  plus: "M8 3v10M3 8h10",
  check: "M3 8.5l3.2 3.2L13 4.8",
  minus: "M4 8h8",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  download: "M8 2v8.5M4.5 7L8 10.5 11.5 7M2.5 13.5h11",
  link: "M6.5 9.5l3-3M7 4.5l1.6-1.6a3 3 0 014.3 4.3L11.4 8.8M9 11.5l-1.6 1.6a3 3 0 01-4.3-4.3l1.5-1.6",
  clock: "M8 14A6 6 0 108 2a6 6 0 000 12zM8 4.8V8l2.3 1.6",
  pause: "M5.5 3.5v9M10.5 3.5v9",
  play: "M4.5 3l8 5-8 5z",
  help: "M8 14.2A6.2 6.2 0 108 1.8a6.2 6.2 0 000 12.4zM6.2 6.2a1.9 1.9 0 113 1.6c-.8.5-1.2.9-1.2 1.7M8 11.6v.01",
  seal: "M3 3.5l5 9 5-9M5.7 3.5L8 7.6l2.3-4.1",
  block: "M8 14A6 6 0 108 2a6 6 0 000 12zM3.8 3.8l8.4 8.4",
  theme: "M8 14A6 6 0 108 2a6 6 0 000 12zM8 2v12M8 5.2h5M8 8h6M8 10.8h5",
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
