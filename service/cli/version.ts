export { VERSION } from "../../odoo_addon_client/version.ts";
