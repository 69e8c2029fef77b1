"""Calls over /jsonrpc and /xmlrpc: their user, model and method are in the body, where no route or session tells them."""
from contextlib import contextmanager

from odoo import http
from odoo.service import model as service

from . import compat, context, failures, patches, reads


def _execute_cr(cr, uid, obj, method, *args, **kw):
    # 17, 18: the method's own arguments follow; 19: args and kw as two values
    given, named = (args[0], args[1]) if compat.IS_19 and len(args) == 2 else (args, kw)
    with context.frame(uid=uid, call=(obj, method)):
        registry = None
        try:
            env = compat.superuser_env(cr)(user=uid)
            registry = env.registry
            if "vigil.event" not in registry.models:
                return _execute_cr.origin(cr, uid, obj, method, *args, **kw)
            _admit(env, uid)
            # before the call, which commits: events of the commit's callbacks still stand in this frame
            result = _execute_cr.origin(cr, uid, obj, method, *args, **kw)
            _note_read(env, obj, method, given, named, result)
            return result
        except Exception as exception:
            if registry is not None:
                failures.record(registry, exception, obj, method, given)
            raise


def _admit(env, uid):
    """A blocked user, a time or a place that is not allowed: AccessDenied. Who was let in is told once an hour."""
    from .sessions import gate, logins  # they stand on this module's neighbours

    caller = context.lookup("caller")
    if caller is not None:
        gate.admit_remote(env, uid, caller.httprequest.remote_addr)
        found = context.notes(caller)
        logins.remote(env.registry, uid, found.get("method"), found.get("key_id"))


def _note_read(env, obj, method, args, kw, result):
    """The call has committed already: what it has read is written at once."""
    if method == "export_data" or method not in reads.READ_METHODS:
        return
    try:
        reads.of_call(env, obj, method, list(args), kw, result)
        env.cr.postcommit.run()
    except Exception:  # noqa: BLE001 - counted; the answer goes out
        reads._count(env)


@contextmanager
def _borrow_request():
    """Odoo takes the request away while a remote call runs; where it came from stays known."""
    with context.frame(caller=context.bound_request()), _borrow_request.origin():
        yield


_PATCHES = ((service, "execute_cr", _execute_cr), (http, "borrow_request", _borrow_request))


def install():
    """Stand around the service's own functions."""
    patches.install(_PATCHES)


install()
