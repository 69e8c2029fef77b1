"""Names of records, read in the snapshot of the page: a query for each model where a stored column is the name."""
import logging

_logger = logging.getLogger(__name__)

#: the column that shows what display_name would, without computing it record by record
_STORED = {"res.partner": "complete_name", "res.users": None}
#: named by a field that is computed, and few: who was given which right must be readable
_COMPUTED = {"res.groups"}
#: a user's name is the partner's, and 17 does not store it on the user
_USERS = "SELECT u.id::text, coalesce(p.name, u.login) FROM res_users u LEFT JOIN res_partner p ON p.id = u.partner_id WHERE u.id = ANY(%s)"
_BASE_MODULES = {"odoo.models", "odoo.orm.models"}


def stored_name(model):
    """The column of the name in the record's own row, or None."""
    name = model._rec_name or ("name" if "name" in model._fields else None)
    field = model._fields.get(name) if name else None
    return name if field is not None and field.store and field.column_type else None


def _computed_by_code(model):
    """Whether a module computes the display name in its own way."""
    return any(
        ("_compute_display_name" in cls.__dict__ or "name_get" in cls.__dict__) and cls.__module__ not in _BASE_MODULES
        for cls in type(model).__mro__
    )


def _column(model):
    if model._name in _STORED:
        name = _STORED[model._name]
        return name if name in model._fields and model._fields[name].store else None
    return None if _computed_by_code(model) else stored_name(model)


def read(env, wanted):
    """model -> {id text: name} of the records that exist.

    :param dict wanted: model name -> set of ids
    """
    result = {}
    for model_name, ids in wanted.items():
        if model_name not in env.registry or not ids:
            continue
        model = env[model_name].sudo().with_context(lang="en_US", active_test=False)
        if model._abstract or model._transient or not model._table:
            continue
        found = _read_model(model, sorted(ids))
        if found:
            result[model_name] = found
    return result


def _read_model(model, ids):
    column = _column(model)
    cr = model.env.cr
    try:
        with cr.savepoint(flush=False):
            if model._name == "res.users":
                cr.execute(_USERS, (ids,))
                return {key: name for key, name in cr.fetchall() if name}
            if column:
                value = f't."{column}"'
                field = model._fields[column]
                if field.translate:
                    value = f"""coalesce({value}->>'en_US', (SELECT v.value FROM jsonb_each_text({value}) v LIMIT 1))"""
                cr.execute(f'SELECT t.id::text, {value}::text FROM "{model._table}" t WHERE t.id = ANY(%s)', (ids,))
                return {key: name for key, name in cr.fetchall() if name}
            if not stored_name(model) and not _computed_by_code(model) and model._name not in _COMPUTED:
                return {}  # display_name would be "model,id"
            records = model.browse(ids).exists()
            return {str(record.id): record.display_name for record in records if record.display_name}
    except Exception:  # noqa: BLE001 - a name computed by somebody's code must not stop the evidence
        _logger.info("Vigil: no names for %s", model._name, exc_info=True)
        return {}
