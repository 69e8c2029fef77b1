// Before the first paint, in a file of its own: the content security policy allows no inline script.
try {
  const theme = localStorage.getItem("vigil.theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset.theme = theme;
  document.documentElement.lang =
    localStorage.getItem("vigil.language") ?? (navigator.language.startsWith("fr") ? "fr" : "en");
} catch {
  // storage is forbidden here: the system's theme it is
}
