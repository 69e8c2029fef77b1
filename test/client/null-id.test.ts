import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { Http } from "../../odoo_addon_client/http.ts";
import { JsonRpc } from "../../odoo_addon_client/transports/json-rpc.ts";

/** The library looks its caller up by id: such an answer would leave it waiting for ever. */
it.each([
  [
    '{"jsonrpc":"2.0","id":null,"error":{"code":200,"message":"Odoo Server Error","data":{"name":"x.Y","message":"no"}}}',
    "OdooError",
  ],
  ['{"jsonrpc":"2.0","id":null,"error":{"code":100,"message":"Odoo Session Expired"}}', "OdooError"],
  ['{"id":77,"result":false}', "WrongCredentialsError"],
  ['{"jsonrpc":"2.0"}', "BadAnswerError"],
  ["null", "BadAnswerError"],
  ["[]", "BadAnswerError"],
  ['{"jsonrpc":"2.0","id":1,"result"', "BadAnswerError"],
])("the answer %s rejects at once", async (body, name) => {
  const server = createServer((_req, res) => {
    res.setHeader("content-type", "application/json").end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new Http({ url, timeout_ms: 1000 });
  const transport = new JsonRpc({ http, url, database: "d", login: "l", secret: "s" });
  await expect(transport.call("hello", {})).rejects.toMatchObject({ name });
  await http.close();
  server.close();
});
