/** The oldest Node that runs Rollcall; package.json's `engines` says the same. */
const NODE_MIN = [20, 19]

/** Why this version of Node cannot be used (`18.20.4`), or null when it can. */
export const nodeProblem = (version) => {
  const [major, minor] = version.split('.').map(Number)
  const enough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1])
  if (enough) return null
  return `Rollcall needs Node ${NODE_MIN.join('.')} or newer and this is Node ${version}. Install a newer one, for example from https://nodejs.org, and run the same command again.`
}
