/**
 * One scrape from several processes of one service: each metric's HELP and TYPE once, then every process's samples.
 * The samples must already differ by a label (`worker`): nothing is added up here. Pure.
 */
export const mergePrometheusTexts = (texts: readonly string[]): string => {
  const families = new Map<string, { comments: string[]; samples: string[] }>()
  for (const text of texts) {
    let family = { comments: [] as string[], samples: [] as string[] }
    for (const line of text.split('\n')) {
      const comment = COMMENT.exec(line)
      if (comment) {
        const name = comment[1] ?? ''
        family = families.get(name) ?? { comments: [], samples: [] }
        families.set(name, family)
        if (!family.comments.includes(line)) family.comments.push(line)
      } else if (line !== '' && !line.startsWith('#')) family.samples.push(line)
    }
  }
  const lines = [...families.values()].flatMap(({ comments, samples }) => [...comments, ...samples])
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

const COMMENT = /^# (?:HELP|TYPE) ([^ ]+) /
