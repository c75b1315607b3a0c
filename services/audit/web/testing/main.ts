import { serve } from './serve.ts'

/** `node dist/compiled/testing/main.js [port]`: the page to look at, with made-up accounts behind it. */
const { url } = await serve({ port: Number(process.argv[2] ?? 0) })
console.log(`${url}#token=audit:read%2Bpii:read%2Bexceptions:write%2Bexport%2Bdays:sign`)
