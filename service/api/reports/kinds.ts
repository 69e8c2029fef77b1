import { FORMATS, THEMES, WORKBOOKS } from "../../../reports/index.ts";
import { ReportKinds } from "../contract/reports.ts";
import { route } from "../route.ts";

export const reportKinds = route({
  method: "GET",
  path: "/api/reports/kinds",
  permission: "view:reports",
  summary: "The reports that can be made, and their themes",
  schema: { response: ReportKinds },
  handler: () => ({
    items: WORKBOOKS.map(({ name, title, about, needs = [] }) => ({ name, title, description: about, needs })),
    themes: THEMES.map(({ name }) => name),
    formats: [...FORMATS],
  }),
});
