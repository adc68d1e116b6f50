"""A small honest gateway: FastAPI, httpx and redis-py, doing per request what music-gateway does.

One Lua script per create, kept connections, a pydantic model for the order, no access log. One uvicorn worker.
"""
import asyncio
import hashlib
import json
import os
import secrets
import sys
import time

import httpx
import redis.asyncio as redis
import uvicorn
from fastapi import FastAPI, Header, Query, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

CREATE = """
if not redis.call('SET', KEYS[1], ARGV[1], 'NX') then
    return redis.call('HGETALL', 'job:' .. redis.call('GET', KEYS[1]))
end
redis.call('HSET', KEYS[2], unpack(ARGV, 3))
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
return false
"""
LIST = """
local found = {}
for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1)) do
    found[#found + 1] = redis.call('HGETALL', 'job:' .. id)
end
return found
"""

with open(sys.argv[1], encoding="utf-8") as file:
    SETTINGS = json.load(file)
KEYS = {entry["sha256"]: entry for entry in SETTINGS["keys"]}

app = FastAPI()
store = redis.Redis(unix_socket_path=SETTINGS["redis_socket"], decode_responses=True)
create_script = store.register_script(CREATE)
list_script = store.register_script(LIST)
upstream = httpx.AsyncClient(base_url=SETTINGS["upstream"], limits=httpx.Limits(max_connections=64),
                             headers={"authorization": f"Bearer {SETTINGS['upstream_key']}"}, timeout=25)
submissions: set[asyncio.Task] = set()


class Order(BaseModel):
    engine: str = Field(regex="^studio$")
    prompt: str = Field(min_length=1, max_length=5000)
    duration_seconds: int = Field(0, ge=0, le=240)
    mode: str = Field("creation", regex="^(creation|focus)$")
    instrumental: bool = False
    lyrics: str = Field("", max_length=10000)
    style_tags: list[str] = Field([], max_items=50)
    title: str = Field("", max_length=200)
    idempotency_key: str = Field("", max_length=255)


class Refused(Exception):
    def __init__(self, status: int, code: str):
        self.status, self.code = status, code


@app.exception_handler(Refused)
async def refused(_: Request, why: Refused) -> JSONResponse:
    return JSONResponse({"error": why.code}, why.status)


def admit(organization: str, api_key: str) -> str:
    entry = KEYS.get(hashlib.sha256(api_key.encode()).hexdigest())
    if entry is None:
        raise Refused(401, "UNAUTHORIZED")
    if organization not in entry["organizations"]:
        raise Refused(403, "FORBIDDEN")
    return entry["user"]


def record(flat: list[str]) -> dict:
    return dict(zip(flat[::2], flat[1::2]))


def shown(fields: dict) -> dict:
    track = fields.get("track")
    return {"id": fields["id"], "status": fields["status"], "progress": int(fields["progress"]),
            "engine": fields["engine"], "mode": fields["mode"], "created_at": fields["created_at"],
            "result_track_id": fields.get("track_id"), "error_message": None, "refusal_reason": None,
            "playback_url": fields.get("playback_url"), "track": json.loads(track) if track else None}


async def submit(fields: dict) -> None:
    instrumental = fields["instrumental"] == "1"
    sound = fields["prompt"] + (", instrumental, no vocals" if instrumental else "")
    answer = await upstream.post("/api/v1/producer/create", json={
        "task_type": "create_music", "sound": sound, "title": fields["title"][:80], "mv": "FUZZ-2.0",
        "make_instrumental": instrumental})
    changes = {"status": "failed"}
    if answer.status_code == 200:
        changes = {"status": "running", "task": answer.json()["task_id"]}
    await store.hset(f"job:{fields['id']}", mapping=changes)


@app.post("/v1/music/{organization}/generations")
async def create(organization: str, order: Order, x_api_key: str = Header(""), idempotency_key: str = Header("")):
    user = admit(organization, x_api_key)
    key = idempotency_key or order.idempotency_key
    job_id = f"mgen_{secrets.token_hex(6)}"
    now = time.time()
    fields = {"id": job_id, "organization": organization, "user": user, "status": "queued", "progress": "0",
              "engine": order.engine, "mode": order.mode,
              "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), "prompt": order.prompt,
              "title": order.title, "duration": str(order.duration_seconds),
              "instrumental": "1" if order.instrumental else "0", "lyrics": order.lyrics,
              "tags": ",".join(order.style_tags)}
    claim = hashlib.sha256(f"{organization}/{user}/{key}".encode()).hexdigest() if key else job_id
    holder = await create_script(
        keys=[f"key:{claim}", f"job:{job_id}", f"list:{organization}:{user}"],
        args=[job_id, int(now * 1000), *(part for pair in fields.items() for part in pair)])
    if holder:
        return JSONResponse(shown(record(holder)), 202, {"idempotency-replayed": "true"})
    task = asyncio.create_task(submit(fields))
    submissions.add(task)
    task.add_done_callback(submissions.discard)
    return JSONResponse(shown(fields), 202)


@app.get("/v1/music/{organization}/generations/{job_id}")
async def get(organization: str, job_id: str, x_api_key: str = Header("")):
    user = admit(organization, x_api_key)
    fields = await store.hgetall(f"job:{job_id}")
    if fields.get("user") != user or fields.get("organization") != organization:
        raise Refused(404, "NOT_FOUND")
    return JSONResponse(shown(fields))


@app.get("/v1/music/{organization}/generations")
async def list_jobs(organization: str, x_api_key: str = Header(""), limit: int = Query(20, ge=1, le=100),
                    offset: int = Query(0, ge=0)):
    user = admit(organization, x_api_key)
    found = await list_script(keys=[f"list:{organization}:{user}"], args=[offset, limit])
    return JSONResponse({"jobs": [shown(record(each)) for each in found], "limit": limit, "offset": offset})


async def main() -> None:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        port = server.servers[0].sockets[0].getsockname()[1]
        print(f"fastapi: listening on http://127.0.0.1:{port}", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(main())
