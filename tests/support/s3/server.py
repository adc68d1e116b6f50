#!/usr/bin/python3
"""A real S3 server on one loopback port: OpenStack Swift with its S3 API, all of it in this one process.

    server.py FOLDER [--certificate FILE --private-key FILE]

Prints "listening on PORT" when it serves. Objects lie in memory, listings in FOLDER; both end with it. The bucket `audio` exists;
its owner is the access key below. Signatures, presigned addresses, multipart uploads and their errors are Swift's own.

Beside S3 there is one route, for what takes days: POST /control/age?seconds=N makes all objects that much older.
"""
import argparse
import os
import sqlite3
import sys
import urllib.parse

import eventlet
import eventlet.wsgi

eventlet.monkey_patch()

from swift.common import constraints, storage_policy, utils  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402

ACCESS_KEY = "audio:keeper"
SECRET_KEY = "s3-secret-of-the-tests-52ab"
BUCKET = "audio"

PROXY = """
[DEFAULT]
swift_dir = {folder}
log_level = ERROR

[pipeline:main]
pipeline = catch_errors gatekeeper s3api tempauth copy slo proxy-server

[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:gatekeeper]
use = egg:swift#gatekeeper

[filter:s3api]
use = egg:swift#s3api
location = eu-test-1
storage_domain = s3.localhost
auth_pipeline_check = false
s3_acl = false

[filter:tempauth]
use = egg:swift#tempauth
user_audio_keeper = {secret} .admin

[filter:copy]
use = egg:swift#copy

[filter:slo]
use = egg:swift#slo
"""


def make_ring(folder, name, port):
    builder = RingBuilder(1, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "sda",
                     "weight": 1.0, "meta": ""})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, name + ".ring.gz"))


def configure(folder):
    path = os.path.join(folder, "swift.conf")
    with open(path, "w") as out:
        out.write("[swift-hash]\nswift_hash_path_suffix = tests\n"
                  "[storage-policy:0]\nname = gold\ndefault = yes\n")
    utils.SWIFT_CONF_FILE = constraints.SWIFT_CONF_FILE = path
    utils.HASH_PATH_SUFFIX = b"tests"
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()


# Swift asks for a cache; one that forgets at once will do.
class NoCache:
    def get(self, *_, **__):
        return None

    def set(self, *_, **__):
        pass

    def delete(self, *_, **__):
        pass

    def incr(self, _, delta=1, **__):
        return delta


class OwnLog:
    def write(self, text):
        pass


def serve(listener, app):
    logger = utils.get_logger({"log_level": "ERROR"}, "s3-server")
    eventlet.spawn(eventlet.wsgi.server, listener, app, OwnLog(), custom_pool=eventlet.GreenPool(256),
                   keepalive=True)
    return logger


# Rows of Swift's listings may not be changed, only replaced: its own trigger says so.
def make_older(devices, seconds):
    changed = 0
    for place, _, names in os.walk(os.path.join(devices, "sda", "containers")):
        for name in names:
            if not name.endswith(".db"):
                continue
            with sqlite3.connect(os.path.join(place, name), timeout=10) as listing:
                listing.create_function("older", 1, lambda stamp: "%016.05f" % (float(stamp[:16]) - seconds))
                (trigger,) = listing.execute("SELECT sql FROM sqlite_master WHERE name = 'object_update'").fetchone()
                listing.execute("DROP TRIGGER object_update")
                changed += listing.execute("UPDATE object SET created_at = older(created_at)").rowcount
                listing.execute(trigger)
            listing.close()
    return changed


def with_control(app, devices):
    def answer(environ, start_response):
        environ["swift.cache"] = NoCache()
        if environ["PATH_INFO"] != "/control/age":
            return app(environ, start_response)
        query = urllib.parse.parse_qs(environ["QUERY_STRING"])
        body = str(make_older(devices, int(query["seconds"][0]))).encode()
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]
    return answer


def make_bucket(app):
    from swift.common.swob import Request
    request = Request.blank("/v1/AUTH_audio/" + BUCKET, method="PUT",
                            environ={"swift.authorize_override": True, "swift.authorize": lambda _: None,
                                     "swift.infocache": {}})
    answer = request.get_response(app)
    if answer.status_int not in (201, 202):
        sys.exit("the bucket could not be made: %s %s" % (answer.status, answer.body))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--certificate")
    arguments.add_argument("--private-key")
    wanted = arguments.parse_args()
    folder = os.path.abspath(wanted.folder)
    devices = os.path.join(folder, "devices")
    os.makedirs(os.path.join(devices, "sda", "tmp"))
    configure(folder)

    from swift.account.server import AccountController
    from swift.common.wsgi import loadapp
    from swift.container.server import ContainerController
    from swift.obj.mem_server import ObjectController
    own = {"devices": devices, "swift_dir": folder, "mount_check": "false", "log_level": "ERROR"}
    for name, controller in (("account", AccountController), ("container", ContainerController),
                             ("object", ObjectController)):
        listener = eventlet.listen(("127.0.0.1", 0), backlog=256)
        make_ring(folder, name, listener.getsockname()[1])
        serve(listener, controller(own))

    conf = os.path.join(folder, "proxy-server.conf")
    with open(conf, "w") as out:
        out.write(PROXY.format(folder=folder, secret=SECRET_KEY))
    app = loadapp(conf)
    make_bucket(app._pipeline_final_app if hasattr(app, "_pipeline_final_app") else app)
    listener = eventlet.listen(("127.0.0.1", 0), backlog=256)
    port = listener.getsockname()[1]
    if wanted.certificate:
        listener = eventlet.wrap_ssl(listener, certfile=wanted.certificate, keyfile=wanted.private_key, server_side=True)
    serve(listener, with_control(app, devices))
    print("listening on %d" % port, flush=True)
    eventlet.sleep(1 << 30)


main()
