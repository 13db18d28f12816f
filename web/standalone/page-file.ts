/**
 * The page as one file: nfscope's code, and perhaps dumps, in one `.html` that works from a disk, without any server.
 *
 *     <meta Content-Security-Policy>            no connection at all; only the two scripts whose hashes it names
 *     <script id="nfscope-dumps" type="text/plain">   carried.ts, base64: inert, absent in an empty page
 *     <script id="nfscope-code" type="text/plain">    base64 of gzip of `PageCode`, as JSON
 *     <script>                                         boot.ts: unpacks the code and runs it
 *
 * Everything between the tags is base64, so that no dump can end its element, whatever it contains.
 */

export const CODE_ID = 'nfscope-code';
export const DUMPS_ID = 'nfscope-dumps';
const BEGINNING = '<!doctype html>\n<html lang="en">';

/** What every file has, whatever it carries. Made by web/dev/standalone-build.ts; a page that is such a file reads its own. */
export interface PageParts {
  readonly policy: string;
  /** `data:` URL. */
  readonly icon: string;
  /** boot.ts, bundled. */
  readonly boot: string;
  /** base64 of gzip of `PageCode`. */
  readonly code: string;
}

export interface PageCode {
  readonly style: string;
  /** A module without imports. */
  readonly script: string;
  /** Scripts of workers, by the names that `script` asks `nfscopeFile` for. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * The file, in pieces for a `Blob` or a stream.
 * @param dumps what carried.ts packed; null: an empty page.
 * @throws if a part is not what it should be: it would become markup.
 */
export function composePage(parts: PageParts, dumps: string | null): readonly string[] {
  for (const text of [parts.code, dumps ?? '']) {
    if (!/^[A-Za-z0-9+/=_-]*$/.test(text)) throw new Error('what the page carries is not base64');
  }
  if (/<\/script|<!--/i.test(parts.boot)) throw new Error('the boot script would end its element');
  if (/["&<>]/.test(parts.policy + parts.icon)) throw new Error('the policy or the icon would end its attribute');
  return [
    `${BEGINNING}
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${parts.policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>nfscope</title>
<link rel="icon" href="${parts.icon}">
</head>
<body>
<noscript>nfscope is a program: it needs JavaScript, and nothing else. It makes no connection.</noscript>
<div id="root"></div>
`,
    ...(dumps === null ? [] : [`<script type="text/plain" id="${DUMPS_ID}">`, dumps, '</script>\n']),
    `<script type="text/plain" id="${CODE_ID}">`,
    parts.code,
    `</script>
<script>${parts.boot}</script>
</body>
</html>
`,
  ];
}

/** Whether a text says at its beginning that it is such a file. */
export function looksLikePage(text: string): boolean {
  const head = text.slice(0, 4000);
  return head.startsWith(BEGINNING) && (head.includes(`id="${DUMPS_ID}"`) || head.includes(`id="${CODE_ID}"`));
}

/** What carried.ts packed into the file; null: an empty page. */
export function packedDumpsOf(text: string): string | null {
  const start = `<script type="text/plain" id="${DUMPS_ID}">`;
  const at = text.indexOf(start);
  if (at < 0) return null;
  const end = text.indexOf('<', at + start.length);
  return text.slice(at + start.length, end < 0 ? undefined : end);
}
