# Read by `odoo-bin shell`: connects to the bench, which says when to run a round, and answers with milliseconds.
# Two of these run side by side, in a database with the addon and in one without, so that rounds can be paired.
import json
import socket
import time

CITY = ["Berlin", "Lyon"]


def timed(work):
    started = time.perf_counter()
    work()
    env.cr.commit()
    return (time.perf_counter() - started) * 1000


def partners(number):
    return [
        {"name": f"Bench {n}", "email": f"bench{n}@example.com", "city": "Fremont", "phone": "+1 555 0100", "ref": f"B{n}"}
        for n in range(number)
    ]


def one_by_one(number):
    for values in partners(number):
        Partner.create(values)
        env.flush_all()


def writes(records):
    for record in records:
        record.write({"city": CITY[0], "ref": "one"})
        env.flush_all()


def bulk(records):
    records.write({"city": CITY[1], "ref": "bulk"})


def create_unlink(number):
    for values in partners(number):
        record = Partner.create(values)
        env.flush_all()
        record.unlink()


def round_(scale):
    def size(number):
        return max(1, int(number * scale))

    results = {}
    results["batch"] = timed(lambda: Partner.create(partners(size(500))))
    results["single"] = timed(lambda: one_by_one(size(200)))
    results["create_unlink"] = timed(lambda: create_unlink(size(200)))
    records = Partner.search([("name", "like", "Bench %")], limit=size(200), order="id")
    results["writes"] = timed(lambda: writes(records))
    results["bulk"] = timed(lambda: bulk(records))
    # the table stays as small as it was: later rounds do the same work as the first
    Partner.search([("name", "like", "Bench %")]).unlink()
    env.cr.commit()
    env.invalidate_all()
    return results


Partner = env["res.partner"].with_context(tracking_disable=False)
bench = socket.create_connection(("127.0.0.1", BENCH_PORT)).makefile("rw")
print(json.dumps({"database": env.cr.dbname}), file=bench, flush=True)
for line in bench:
    command = json.loads(line)
    if command["do"] == "end":
        break
    if command["do"] == "auditlog":
        rule = env["auditlog.rule"].create(
            {
                "name": "bench",
                "model_id": env["ir.model"]._get("res.partner").id,
                "log_read": False,
                "log_create": True,
                "log_write": True,
                "log_unlink": True,
                "log_type": command["type"],
            }
        )
        rule.subscribe()
        env.cr.commit()
        answer = {}
    elif command["do"] == "read":
        started, count, last = time.perf_counter(), 0, 0
        while True:
            page = env["auditlog.log.line"].search_read([("id", ">", last)], [], limit=1000, order="id")
            if not page:
                break
            count, last = count + len(page), page[-1]["id"]
        answer = {"lines": count, "ms": (time.perf_counter() - started) * 1000}
        answer["changes"] = env["auditlog.log"].search_count([])
    else:
        answer = round_(command.get("scale", 1))
    print(json.dumps(answer), file=bench, flush=True)
