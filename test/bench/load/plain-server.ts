/** A server that reads a body and answers 200, and nothing else: what the load generator can drive at most. */
import { createServer } from 'node:http'

createServer((request, response) => {
  request.resume()
  request.once('end', () => response.writeHead(200, { 'content-length': 0 }).end())
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('ready'))
process.once('disconnect', () => process.exit())
process.once('SIGTERM', () => process.exit())
