/**
 * `npm start` and `npm test` on a clone where nothing is installed: Node and npm are enough. Gets pnpm into `.cache`, installs,
 * builds, then becomes the command asked for, in this same process, so that signals and the exit code need no passing on.
 * Plain JavaScript without dependencies, readable by a Node that is too old to run the rest.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from './bootstrap/build.mjs'
import { findPnpm } from './bootstrap/find-pnpm.mjs'
import { installDependencies } from './bootstrap/install-dependencies.mjs'
import { nodeProblem } from './bootstrap/node-version.mjs'
import { ROOT } from './bootstrap/root.mjs'
import { stopWithParent } from './bootstrap/stop-with-parent.mjs'

const COMMANDS = { start: ['services/cli/dist/main.js', 'start'], test: ['test/checks/run-all.mjs'] }

const main = async ([verb, ...args]) => {
  const problem = nodeProblem(process.versions.node)
  if (problem) return fail(problem)
  const command = COMMANDS[verb]
  if (!command) return fail(`Unknown command ${JSON.stringify(verb)}: use npm start or npm test.`)
  if (process.env.npm_lifecycle_event) stopWithParent()
  try {
    const pnpm = findPnpm()
    installDependencies(pnpm)
    build(pnpm)
  } catch (error) {
    fail(error.message)
    // Whoever counts tests reads the last line.
    if (verb === 'test') console.log('0 passed, 1 failed')
    return
  }
  const [file, ...words] = command
  process.argv = [process.argv[0], join(ROOT, file), ...words, ...args]
  await import(pathToFileURL(join(ROOT, file)).href)
}

const fail = (message) => {
  console.error(message)
  process.exitCode = 1
}

await main(process.argv.slice(2))
