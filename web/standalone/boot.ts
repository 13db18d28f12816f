/**
 * The script that a page file runs first: unpacks the code that the file carries and runs it. The policy names the hash of this script and of the one
 * that it adds, so nothing else can run. Bundled on its own by web/dev/standalone-build.ts.
 */
import { CODE_ID, type PageCode } from './page-file.ts';

declare global {
  /** URL of a file of the build, for `new Worker`. */
  var nfscopeFile: (name: string) => string;
}

async function unpack(base64: string): Promise<PageCode> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as PageCode;
}

function serveFiles(files: PageCode['files']): void {
  const urls = new Map<string, string>();
  globalThis.nfscopeFile = (name) => {
    const known = urls.get(name);
    if (known !== undefined) return known;
    const content = files[name];
    if (content === undefined) throw new Error(`${name} is not in this file`);
    const url = URL.createObjectURL(new Blob([content], { type: 'text/javascript' }));
    urls.set(name, url);
    return url;
  };
}

async function boot(): Promise<void> {
  const { style, script, files } = await unpack(document.getElementById(CODE_ID)?.textContent ?? '');
  serveFiles(files);
  const sheet = document.createElement('style');
  sheet.textContent = style;
  document.head.append(sheet);
  const main = document.createElement('script');
  main.type = 'module';
  main.textContent = script;
  document.body.append(main);
}

boot().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = `nfscope could not start from this file (${reason}): it is cut off, or the browser is older than 2023.`;
  document.body.append(line);
});
