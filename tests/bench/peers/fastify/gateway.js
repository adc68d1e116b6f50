// A small honest gateway: Fastify, undici and ioredis, doing per request what music-gateway does. Written as one would
// write it in a week for production: one Lua script per create, kept connections, schema-compiled answers, no request log.
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';
import Redis from 'ioredis';
import { Pool } from 'undici';

const settings = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const keys = new Map(settings.keys.map((entry) => [entry.sha256, entry]));
const redis = new Redis(settings.redis_socket);
const upstream = new Pool(settings.upstream, { connections: 64, pipelining: 1 });

// Claims the idempotency key and stores the job, in one round trip. Returns nothing for a fresh job, else its holder's record.
redis.defineCommand('createJob', {
    numberOfKeys: 3,
    lua: `
        if ARGV[1] ~= '' and not redis.call('SET', KEYS[1], ARGV[1], 'NX') then
            return redis.call('HGETALL', 'job:' .. redis.call('GET', KEYS[1]))
        end
        redis.call('HSET', KEYS[2], unpack(ARGV, 3))
        redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
        return false`,
});
redis.defineCommand('listJobs', {
    numberOfKeys: 1,
    lua: `
        local found = {}
        for _, id in ipairs(redis.call('ZREVRANGE', KEYS[1], ARGV[1], ARGV[1] + ARGV[2] - 1)) do
            found[#found + 1] = redis.call('HGETALL', 'job:' .. id)
        end
        return found`,
});

const text = { type: ['string', 'null'] };
const track = {
    type: ['object', 'null'],
    properties: {
        id: text, title: text, engine: text, mode: text, instrumental: { type: 'boolean' },
        measured_duration_seconds: { type: ['number', 'null'] }, mime_type: text, licence_class: text, playback_url: text,
    },
};
const job = {
    type: 'object',
    properties: {
        id: text, status: text, progress: { type: 'integer' }, engine: text, mode: text, created_at: text,
        result_track_id: text, error_message: text, refusal_reason: text, playback_url: text, track,
    },
};
const order = {
    type: 'object',
    required: ['engine', 'prompt'],
    properties: {
        engine: { type: 'string', enum: ['studio'] },
        prompt: { type: 'string', minLength: 1, maxLength: 5000 },
        duration_seconds: { type: 'integer', minimum: 1, maximum: 240 },
        mode: { type: 'string', enum: ['creation', 'focus'] },
        instrumental: { type: 'boolean' },
        lyrics: { type: 'string', maxLength: 10000 },
        style_tags: { type: 'array', maxItems: 50, items: { type: 'string' } },
        title: { type: 'string', maxLength: 200 },
        idempotency_key: { type: 'string', maxLength: 255 },
    },
};

const record = (flat) => {
    const fields = {};
    for (let i = 0; i < flat.length; i += 2) fields[flat[i]] = flat[i + 1];
    return fields;
};

const shown = (fields) => ({
    id: fields.id, status: fields.status, progress: Number(fields.progress), engine: fields.engine, mode: fields.mode,
    created_at: fields.created_at, result_track_id: fields.track_id ?? null, error_message: null, refusal_reason: null,
    playback_url: fields.playback_url ?? null, track: fields.track ? JSON.parse(fields.track) : null,
});

async function submit(fields) {
    const sound = `${fields.prompt}${fields.instrumental === '1' ? ', instrumental, no vocals' : ''}`;
    const { statusCode, body } = await upstream.request({
        path: '/api/v1/producer/create',
        method: 'POST',
        headers: { authorization: `Bearer ${settings.upstream_key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ task_type: 'create_music', sound, title: fields.title.slice(0, 80), mv: 'FUZZ-2.0',
            make_instrumental: fields.instrumental === '1' }),
    });
    const answer = await body.json();
    const changes = statusCode === 200 ? { status: 'running', task: answer.task_id } : { status: 'failed' };
    await redis.hset(`job:${fields.id}`, changes);
}

const app = Fastify({ logger: false });

app.addHook('onRequest', async (request, reply) => {
    const presented = request.headers['x-api-key'] ?? '';
    const entry = keys.get(createHash('sha256').update(presented).digest('hex'));
    if (!entry) return reply.code(401).send({ error: 'UNAUTHORIZED' });
    if (!entry.organizations.includes(request.params.organization)) return reply.code(403).send({ error: 'FORBIDDEN' });
    request.user = entry.user;
});

const base = '/v1/music/:organization/generations';

app.post(base, { schema: { body: order, response: { 202: job } } }, async (request, reply) => {
    const { body, user } = request;
    const { organization } = request.params;
    const key = request.headers['idempotency-key'] ?? body.idempotency_key ?? '';
    const id = `mgen_${randomBytes(6).toString('hex')}`;
    const now = Date.now();
    const fields = {
        id, organization, user, status: 'queued', progress: '0', engine: body.engine, mode: body.mode ?? 'creation',
        created_at: new Date(now).toISOString(), prompt: body.prompt, title: body.title ?? '',
        duration: String(body.duration_seconds ?? 0), instrumental: body.instrumental ? '1' : '0',
        lyrics: body.lyrics ?? '', tags: (body.style_tags ?? []).join(','),
    };
    const claim = key === '' ? `key:${id}` : `key:${createHash('sha256').update(`${organization}/${user}/${key}`).digest('hex')}`;
    const holder = await redis.createJob(claim, `job:${id}`, `list:${organization}:${user}`, id, now, ...Object.entries(fields).flat());
    reply.code(202);
    if (holder) {
        reply.header('idempotency-replayed', 'true');
        return shown(record(holder));
    }
    submit(fields).catch((failure) => console.error(failure.message));
    return shown(fields);
});

app.get(`${base}/:id`, { schema: { response: { 200: job } } }, async (request, reply) => {
    const fields = await redis.hgetall(`job:${request.params.id}`);
    if (fields.user !== request.user || fields.organization !== request.params.organization) return reply.code(404).send({ error: 'NOT_FOUND' });
    return shown(fields);
});

const jobs = { type: 'object', properties: { jobs: { type: 'array', items: job }, limit: { type: 'integer' }, offset: { type: 'integer' } } };
app.get(base, { schema: { response: { 200: jobs } } }, async (request) => {
    const limit = Math.min(Number(request.query.limit ?? 20), 100);
    const offset = Number(request.query.offset ?? 0);
    const found = await redis.listJobs(`list:${request.params.organization}:${request.user}`, offset, limit);
    return { jobs: found.map((each) => shown(record(each))), limit, offset };
});

await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`fastify: listening on http://127.0.0.1:${app.server.address().port}`);
process.on('SIGTERM', () => process.exit(0));
