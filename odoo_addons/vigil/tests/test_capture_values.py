"""What a change looks like in the outbox, netted by transaction and record."""
import base64
import hashlib

from odoo.tests import tagged

from .. import compat
from .common import CaptureCase

PNG = (b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


@tagged("post_install", "-at_install")
class TestCaptureValues(CaptureCase):

    def test_a_create_and_its_recomputed_fields_are_one_row(self):
        partner = self.env["res.partner"].create({"name": "Azure", "city": "Fremont"})
        self.env.flush_all()
        partner.city = "Berlin"
        row = self.row_of(partner)
        self.assertEqual(row["op"], "c")
        self.assertIsNone(row["before"])
        self.assertEqual(row["after"]["city"], "Berlin")
        self.assertEqual(row["after"]["commercial_partner_id"], partner.id)
        self.assertNotIn("write_date", row["after"])
        self.assertNotIn("street", row["after"])
        self.assertRegex(row["at"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")

    def test_an_update_holds_only_what_changed(self):
        partner = self.env["res.partner"].create({"name": "Azure", "city": "Fremont", "street": "One"})
        self.restart_transaction()
        partner.write({"city": "Berlin", "street": False})
        row = self.row_of(partner)
        self.assertEqual(row["op"], "u")
        self.assertEqual(row["before"], {"city": "Fremont", "street": "One"})
        self.assertEqual(row["after"], {"city": "Berlin", "street": None})

    def test_a_change_that_is_taken_back_leaves_nothing(self):
        partner = self.env["res.partner"].create({"name": "Azure", "city": "Fremont"})
        self.restart_transaction()
        for city in ("Berlin", "Fremont"):
            partner.city = city
            self.env.flush_all()
        self.assertEqual(self.rows_of(partner), [])

    def test_a_deletion_tells_the_values_before_the_transaction(self):
        partner = self.env["res.partner"].create({"name": "Azure", "city": "Fremont"})
        self.restart_transaction()
        partner.city = "Berlin"
        self.env.flush_all()
        number = partner.id
        partner.unlink()
        row = next(row for row in self.own_page()["rows"] if row[3] == number and row[4] == "d")
        self.assertEqual(row[6]["city"], "Fremont")
        self.assertIsNone(row[7])

    def test_created_and_deleted_in_one_transaction_keeps_both(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.env.flush_all()
        number = partner.id
        partner.unlink()
        row = next(row for row in self.own_page()["rows"] if row[3] == number and row[4] == "x")
        self.assertEqual((row[6]["name"], row[7]["name"]), ("Azure", "Azure"))

    def test_raw_sql_is_seen(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        self.env.cr.execute("UPDATE res_partner SET city = 'SQL' WHERE id = %s", (partner.id,))
        self.assertEqual(self.row_of(partner)["after"], {"city": "SQL"})

    def test_many2many_links_are_told_on_the_owner_and_netted(self):
        tags = self.env["res.partner.category"].create([{"name": "A"}, {"name": "B"}, {"name": "C"}])
        partner = self.env["res.partner"].create({"name": "Azure", "category_id": [(6, 0, tags[:2].ids)]})
        self.restart_transaction()
        partner.category_id = [(3, tags[0].id), (4, tags[2].id)]
        self.env.flush_all()
        partner.category_id = [(3, tags[2].id)]
        row = self.row_of(partner)
        self.assertEqual(row["links"], {"category_id": {"added": [], "removed": [tags[0].id]}})
        self.assertIsNone(row["after"])

    def test_an_image_is_one_field_with_its_sha256(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        partner.image_1920 = PNG
        row = self.row_of(partner)
        image = row["after"]["image_1920"]
        content = base64.b64decode(partner.with_context(bin_size=False).image_1920)
        self.assertEqual(image, {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        self.assertEqual(list(row["after"]), ["image_1920"])

    def test_an_attachment_tells_its_content(self):
        document = self.env["ir.attachment"].create({"name": "a.txt", "raw": b"hello"})
        after = self.row_of(document)["after"]
        self.assertEqual(after["raw"], {"size_bytes": 5, "sha256": hashlib.sha256(b"hello").hexdigest()})
        self.assertEqual(after["name"], "a.txt")

    def test_secrets_are_told_without_their_value(self):
        user = self.env["res.users"].create({"name": "U", "login": "vigil-u", "password": "very-secret-1"})
        self.env["ir.config_parameter"].set_param("some.api_key", "very-secret-2")
        self.env.flush_all()
        self.env.cr.execute("SELECT string_agg(before::text || after::text, '') FROM vigil_outbox"
                            " WHERE xid = pg_current_xact_id()")
        self.assertNotIn("very-secret", self.env.cr.fetchone()[0] or "")
        self.restart_transaction()
        user.password = "very-secret-3"
        row = self.row_of(user)
        self.assertEqual(row["after"]["password"], {"redacted": True})

    def test_a_server_action_keeps_its_code_when_deleted_through_the_parent_table(self):
        action = self.env["ir.actions.server"].create({
            "name": "S", "model_id": self.env.ref("base.model_res_partner").id, "state": "code", "code": "x = 1"})
        self.restart_transaction()
        self.env.cr.execute("DELETE FROM ir_actions WHERE id = %s", (action.id,))
        self.assertEqual(self.row_of(action)["before"]["code"], "x = 1")

    def test_company_dependent_values_are_told_by_company(self):
        name = next((name for name, field in self.env["res.partner"]._fields.items()
                     if field.company_dependent and field.type in ("char", "float", "integer")), None)
        if not name:
            self.skipTest("no company-dependent field in the installed modules")
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        field = self.env["res.partner"]._fields[name]
        partner[name] = "b" if field.type == "char" else 7
        row = self.row_of(partner)
        self.assertIn(str(self.env.company.id), row["after"][name])

    def test_a_group_is_named_as_odoo_shows_it(self):
        group = self.env.ref("base.group_system")
        user = self.env["res.users"].create({"name": "Pia", "login": "pia"})
        user.write({compat.USER_GROUPS_FIELD: [(4, group.id)]})
        names = self.own_page()["names"]
        self.assertEqual(names["res.groups"][str(group.id)], group.with_context(lang="en_US").display_name)

    def test_names_come_with_the_page(self):
        country = self.env.ref("base.de")
        partner = self.env["res.partner"].create({"name": "Azure", "country_id": country.id})
        names = self.own_page()["names"]
        self.assertEqual(names["res.partner"][str(partner.id)], "Azure")
        self.assertEqual(names["res.country"][str(country.id)], "Germany")

    def test_a_truncated_table_is_told(self):
        self.env.cr.execute("TRUNCATE res_partner_category CASCADE")
        rows = [row for row in self.own_page()["rows"] if row[4] == "t"]
        self.assertIn("res_partner_category", {row[7]["table"] for row in rows})

    def test_noise_alone_is_no_event(self):
        partner = self.env["res.partner"].create({"name": "Azure"})
        self.restart_transaction()
        self.env.cr.execute("UPDATE res_partner SET write_date = now() + interval '1 day' WHERE id = %s", (partner.id,))
        self.assertEqual(self.rows_of(partner), [])

    def test_a_wide_model_and_bulk_updates_are_captured(self):
        partners = self.env["res.partner"].create([{"name": "P%d" % i} for i in range(300)])
        self.restart_transaction()
        self.env.cr.execute("UPDATE res_partner SET city = 'x' WHERE id = ANY (%s)", (partners.ids,))
        found = [row for row in self.own_page()["rows"] if row[7] == {"city": "x"}]
        self.assertEqual(len(found), 300)

    def test_properties_come_with_what_they_are_called(self):
        category = self.env.get("product.category")
        if category is None or "product_properties_definition" not in category._fields:
            self.skipTest("only with the module product")
        category = category.create({"name": "Vigil", "product_properties_definition": [
            {"name": "aa34746a6851ee4e", "string": "Colour", "type": "selection", "selection": [["r", "Red"]]},
            {"name": "bb34746a6851ee4e", "string": "Maker", "type": "many2one", "comodel": "res.partner"}]})
        maker = self.env["res.partner"].create({"name": "Vigil maker"})
        product = self.env["product.template"].create({"name": "Vigil", "categ_id": category.id, "product_properties": {
            "aa34746a6851ee4e": "r", "bb34746a6851ee4e": maker.id}})
        self.assertEqual(self.row_of(product)["after"]["product_properties"]["aa34746a6851ee4e"], "r")
        page = self.own_page()
        self.assertEqual(page["properties"]["aa34746a6851ee4e"], {"label": "Colour", "type": "selection", "selection": {"r": "Red"}})
        self.assertEqual(page["properties"]["bb34746a6851ee4e"]["relation"], "res.partner")
        self.assertIn(str(maker.id), page["names"]["res.partner"])

    def test_a_field_from_ir_property_belongs_to_its_owner(self):
        if not compat.HAS_IR_PROPERTY:
            self.skipTest("only Odoo 17 has ir.property")
        self.env.cr.execute("SELECT count(*) FROM vigil_capture WHERE table_name = 'ir_property'")
        self.assertEqual(self.env.cr.fetchone()[0], 1)
