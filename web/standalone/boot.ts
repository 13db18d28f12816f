/**
 * The script that a page file runs first: unpacks the code that the file carries and runs it. The policy names the hashes of this script and of the
 * one that it adds, so nothing else can run. Bundled on its own by web/dev/standalone-build.ts.
 */
import { CODE_ID, type PageCode } from './page-file.ts';

/** As far as it is used; TypeScript's library does not have it. */
interface TrustedTypesFactory {
  readonly createPolicy: (
    name: string,
    rules: { readonly createScript: (text: string) => string },
  ) => { readonly createScript: (text: string) => string };
}

const factory = (globalThis as { readonly trustedTypes?: TrustedTypesFactory }).trustedTypes;
/** Lets every text pass: the hashes say what may run. */
const rules = { createScript: (text: string) => text };
const trusted = factory ? factory.createPolicy('nfscope-boot', rules) : rules;

async function unpack(base64: string): Promise<PageCode> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as PageCode;
}

function serveFiles(files: PageCode['files']): void {
  const byName = new Map<string, string>();
  const urls = new Set<string>();
  globalThis.nfscopeFiles = urls;
  globalThis.nfscopeFile = (name) => {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const content = files[name];
    if (content === undefined) throw new Error(`${name} is not in this file`);
    const url = URL.createObjectURL(new Blob([content], { type: 'text/javascript' }));
    byName.set(name, url);
    urls.add(url);
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
  main.textContent = trusted.createScript(script);
  document.body.append(main);
}

boot().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  const line = document.createElement('p');
  line.setAttribute('role', 'alert');
  line.textContent = `nfscope could not start from this file (${reason}): it is cut off, or the browser is older than 2023.`;
  document.body.append(line);
});
