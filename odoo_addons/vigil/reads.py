"""Reads and exports of the models whose rule says `read: true`.

Taken where people and programs enter (RPC and HTTP), not in the ORM, which reads all day for its own purposes.
Events are written after the commit on a cursor of their own, since a reading route may run on a replica.
"""
import ast
import json
import logging

from . import attribution, compat, context, outbox, signal

_logger = logging.getLogger(__name__)

#: record ids in one event; the count is always told
MAX_IDS = 200

READ_METHODS = {
    "read", "search_read", "web_read", "web_search_read", "read_group", "web_read_group", "formatted_read_group",
    "read_progress_bar", "name_search", "web_name_search", "name_get", "onchange", "search", "search_fetch",
    "search_count", "copy_data", "get_property_definition",
}
_EXPORT_ROUTES = ("/web/export/csv", "/web/export/xlsx", "/web/pivot/export_xlsx")
_FILE_ROUTES = ("/web/content", "/web/image")
_REPORT_ROUTES = ("/report/download", "/report/pdf", "/report/html", "/report/text", "/report/<converter>")


def is_read_tracked(env, model_name):
    """Whether the rules in force ask for reads of this model; a change takes effect at the next request."""
    if not model_name or model_name not in env.registry:
        return False
    state = _state(env)
    wanted = ((state.rules.get("models") or {}).get(model_name) or {}).get("read")
    return bool(wanted) and not state.reads_off and _is_user_tracked(env, state.rules.get("users") or {})


def _state(env):
    """What holds: as the gate found it when the request came, or asked for."""
    request = context.bound_request()
    if request is not None and getattr(request, "db", None) == env.cr.dbname:
        row = context.gate_row(request)
        if row is not None:
            return row.state
    with env.cr._cnx.cursor() as raw:
        return signal.state(env.registry, raw)


def _is_user_tracked(env, rule):
    """Whether the rules track what this person reads; who acts through an impersonation is left to the pull."""
    mode = rule.get("mode", "all")
    if mode == "all":
        return True
    who = attribution.describe(env)
    if who.get("as_uid"):
        return True
    login = env["res.users"].sudo().browse(who.get("uid") or env.uid).login
    return (login in rule.get("logins", [])) == (mode == "only")


def of_request(request, result):
    """Note what a finished request has read. Never raises."""
    try:
        notes = request.__dict__.get("_vigil_notes") or {}
        if notes.get("rpc"):
            params = request.params
            if notes.get("route") == "/json/2":
                args, kwargs = [params["ids"]] if params.get("ids") else [], params
            else:
                args, kwargs = params.get("args") or [], params.get("kwargs") or {}
            of_call(request.env, notes.get("model"), notes.get("method"), args, kwargs, result)
        else:
            _of_route(request, notes.get("route") or "")
    except Exception:  # noqa: BLE001 - counted; the answer goes out
        _count(request.env)


def of_call(env, model_name, method, args, kwargs, result):
    """Note what a remote call has read, when its model is tracked for reading."""
    if method not in READ_METHODS or not is_read_tracked(env, model_name):
        return
    ids = _ids_of(method, args, result)
    details = {"method": method, "count": len(ids) if ids else _length(result)}
    for key in ("domain", "fields", "specification", "groupby"):
        if kwargs.get(key):
            details[key] = _short(list(kwargs[key]) if key == "specification" else kwargs[key])
    _after_commit(env, "record.read", model_name, ids, details)


def of_export(records, fields_to_export):
    """Note an export of records, when their model is tracked for reading. Never raises."""
    try:
        if is_read_tracked(records.env, records._name):
            _after_commit(records.env, "record.exported", records._name, records.ids,
                          {"method": "export_data", "count": len(records), "fields": _short(fields_to_export)})
    except Exception:  # noqa: BLE001
        _count(records.env)


def _of_route(request, route):
    env, params = request.env, request.params or {}
    if route.startswith(_FILE_ROUTES):
        model, record_id = _file_of(env, params)
        if is_read_tracked(env, model):
            _after_commit(env, "record.exported", model, [record_id] if record_id else [],
                          {"method": "download", "field": params.get("field") or "raw"})
    elif route.startswith(_REPORT_ROUTES):
        model, ids, name = _report_of(env, params)
        if is_read_tracked(env, model):
            _after_commit(env, "record.exported", model, ids, {"method": "report", "report": name, "count": len(ids)})
    elif route.startswith(_EXPORT_ROUTES):
        data = json.loads(params.get("data") or "{}")
        if is_read_tracked(env, data.get("model")) and (data.get("groupby") or "pivot" in route):
            # an ungrouped export goes through export_data, which tells the records
            _after_commit(env, "record.exported", data["model"], data.get("ids") or [],
                          {"method": "export", "domain": _short(data.get("domain")), "format": route.rsplit("/", 1)[-1],
                           "fields": _short([field.get("name") for field in data.get("fields") or []])})


def _file_of(env, params):
    """(model, id) of a downloaded file: an attachment is told on the record that it hangs on."""
    model, record_id = params.get("model") or "ir.attachment", params.get("id")
    if params.get("xmlid"):
        record = env.ref(params["xmlid"], raise_if_not_found=False)
        return (record._name, record.id) if record else (None, None)
    if model == "ir.attachment" and record_id:
        attachment = env[model].sudo().browse(int(record_id)).exists()
        if attachment.res_model and not is_read_tracked(env, model):
            return attachment.res_model, attachment.res_id
    return model, int(record_id) if record_id else None


def _report_of(env, params):
    name, ids = params.get("reportname"), params.get("docids")
    if params.get("data") and not name:  # /report/download: data is '["/report/pdf/name/1,2", "qweb-pdf"]'
        parts = json.loads(params["data"])[0].split("?")[0].split("/")
        name, ids = parts[3], parts[4] if len(parts) > 4 else None
    report = env["ir.actions.report"].sudo()._get_report_from_name(name) if name else None
    return report.model if report else None, [int(i) for i in str(ids or "").split(",") if i.isdigit()], name


def _ids_of(method, args, result):
    rows = result.get("records") if isinstance(result, dict) else result
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return [row["id"] for row in rows if isinstance(row.get("id"), int)]
    if isinstance(rows, list) and rows and isinstance(rows[0], (list, tuple)) and "name" in method:
        return [row[0] for row in rows]
    if method == "search" and isinstance(rows, list):
        return rows
    given = args[0] if args else []
    given = [given] if isinstance(given, int) else given
    return [i for i in given if isinstance(i, int)] if method in ("read", "web_read", "onchange", "name_get") and isinstance(given, list) else []


def _after_commit(env, kind, model_name, ids, details):
    payload = {"kind": kind, "category": "data", "severity": "low", "model": model_name, "record_ids": list(ids)[:MAX_IDS], "details": details}
    if len(ids) == 1:
        payload["record_id"] = ids[0]
    who, registry = attribution.describe(env), env.registry
    env.cr.postcommit.add(lambda: write_apart(registry, payload, who))


def write_apart(registry, payload, who):
    """Every read counts, so nothing is throttled here; the rules bound what is asked for."""
    if compat.in_readonly_test():
        return
    try:
        with registry.cursor() as cr:
            outbox.emit(cr, payload)
            outbox.attribute(cr, who)
    except Exception:  # noqa: BLE001
        attribution.errors[registry.db_name] += 1
        _logger.warning("Vigil could not record a read of %s", payload.get("model"), exc_info=True)


def _count(env):
    attribution.errors[env.cr.dbname] += 1
    _logger.warning("Vigil could not tell what a request has read", exc_info=True)


def _length(result):
    return len(result) if isinstance(result, (list, tuple, dict)) else int(result) if isinstance(result, int) else 0


def _short(value, limit=1000):
    """A value as bounded JSON text; a domain may come as its Python text."""
    if isinstance(value, str):
        try:
            value = ast.literal_eval(value)
        except (ValueError, SyntaxError):
            return value[:limit]
    return json.dumps(value, default=str, ensure_ascii=False)[:limit]
