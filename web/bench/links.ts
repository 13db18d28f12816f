/**
 * How long links get, by codec, on all samples and on made-up nodes: characters of the data in base64url, one JSON line for each; with `--times` what nf takes.
 *
 *   npx tsx web/bench/links.ts [--times] [--only WORDS] [--files a.save,b.nft]
 *
 * `--only` takes the rows whose name has these words.
 *
 * `gz`, `dr` and `nf` are the codecs of permalink/. Beside them, on the same bytes: raw deflate with the known text as preset dictionary (its last
 * 32 kB, as much as deflate looks back), brotli 11 with a window of 16 MB, zstd -19 --long with and without the known text as dictionary (where the tool
 * is installed), nf without leaving out kube-proxy's hashes, and nf of the dumps without counters and without Calico's hashes.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, deflateRawSync } from 'node:zlib';
import { compress } from '../permalink/codec.ts';
import { packContents } from '../permalink/container.ts';
import { KNOWN_TEXT } from '../permalink/pack/known-text.ts';
import { pack, unpack } from '../permalink/pack/pack.ts';
import { analyse } from '../pipeline.ts';
import { createViewContext } from '../views/context.ts';
import { buildExcerpt } from '../views/excerpt/excerpt.ts';
import { generateKubeProxy } from './generate.ts';

interface Document {
  readonly name: string;
  readonly text: string;
}

interface Case {
  readonly name: string;
  readonly documents: readonly Document[];
}

const SAMPLES = fileURLToPath(new URL('../../samples/', import.meta.url));
const has = (flag: string): boolean => process.argv.includes(flag);

function sampleCases(): Case[] {
  return readdirSync(SAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'source')
    .map(({ name }) => ({
      name,
      documents: readdirSync(join(SAMPLES, name))
        .filter((file) => /\.(?:save|nft|ipset)$/.test(file))
        .map((file) => ({ name: file, text: readFileSync(join(SAMPLES, name, file), 'utf8') })),
    }));
}

function madeCases(): Case[] {
  return [100, 1000].flatMap((services) => [
    made(`${services} Services, iptables`, { services, endpoints: 4, format: 'iptables', counters: true }),
    made(`${services} Services, nft`, { services, endpoints: 4, format: 'nft' }),
    made(`${services} Services and Calico`, {
      services,
      endpoints: 4,
      format: 'iptables',
      calico: true,
      counters: true,
    }),
  ]);
}

function made(name: string, options: Parameters<typeof generateKubeProxy>[0]): Case {
  return {
    name,
    documents: [{ name: options.format === 'nft' ? 'node.nft' : 'node.save', text: generateKubeProxy(options) }],
  };
}

function givenCases(files: string): Case[] {
  return files.split(',').map((name) => ({ name, documents: [{ name, text: readFileSync(name, 'utf8') }] }));
}

/** Without counters and without Calico's hashes, as the share dialog offers it. */
function bare(documents: readonly Document[]): Document[] {
  const context = createViewContext(
    analyse(documents),
    1,
    documents.map((_, at) => String(at)),
  );
  const made = buildExcerpt(context, { chains: null, counters: false, comments: 'no-hashes' });
  return made.documents.flatMap(({ id, text }) => {
    const document = documents[Number(id)];
    return document ? [{ name: document.name, text: text ?? document.text }] : [];
  });
}

const bytesOf = (documents: readonly Document[]): Uint8Array =>
  packContents({ documents, view: 'view=hooks&family=ip', notes: [] });

function run<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

const folder = mkdtempSync(join(tmpdir(), 'nfscope-links-'));
const dictionary = join(folder, 'known');
writeFileSync(dictionary, KNOWN_TEXT);

/** Null where the tool is not there. */
function zstd(bytes: Uint8Array, ...more: string[]): number | null {
  const { status, stdout } = spawnSync('zstd', ['-19', '--long=27', '-c', '-q', ...more], {
    input: bytes,
    maxBuffer: 2 ** 28,
  });
  return status === 0 ? stdout.length : null;
}

const COLUMNS: readonly (readonly [string, (bytes: Uint8Array, documents: readonly Document[]) => number | null])[] = [
  ['gz', (bytes) => run(compress('gz', bytes)).length],
  ['dr', (bytes) => run(compress('dr', bytes)).length],
  [
    'dr+text',
    (bytes) => deflateRawSync(bytes, { level: 9, dictionary: Buffer.from(KNOWN_TEXT).subarray(-32_768) }).length,
  ],
  ['brotli', (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } }).length],
  ['zstd', (bytes) => zstd(bytes)],
  ['zstd+text', (bytes) => zstd(bytes, '-D', dictionary)],
  ['nf, hashes in', (bytes) => run(pack(bytes, { leaveOutNames: false })).length],
  ['nf', (bytes) => run(pack(bytes)).length],
  ['nf, bare', (_, documents) => run(pack(bytesOf(bare(documents)))).length],
];

const after = (flag: string): string | undefined => {
  const at = process.argv.indexOf(flag);
  return at === -1 ? undefined : process.argv[at + 1];
};
const files = after('--files');
const only = after('--only') ?? '';
const cases = files === undefined ? [...sampleCases(), ...madeCases()] : givenCases(files);
for (const { name, documents } of cases) {
  if (!name.includes(only)) continue;
  const bytes = bytesOf(documents);
  const lengths = COLUMNS.map(([column, measure]) => {
    const size = measure(bytes, documents);
    return [column, size === null ? null : Math.ceil((size * 4) / 3)] as const;
  });
  const row = { name, bytes: bytes.length, ...Object.fromEntries(lengths), ...(has('--times') ? times(bytes) : {}) };
  process.stdout.write(`${JSON.stringify(row)}\n`);
}
rmSync(folder, { recursive: true });

/** Processor time, milliseconds. */
function times(bytes: Uint8Array): { packMs: number; unpackMs: number } {
  const spent = (work: () => void): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return Math.round((user + system) / 1000);
  };
  let packed: Uint8Array = new Uint8Array();
  const packMs = spent(() => {
    packed = run(pack(bytes));
  });
  return { packMs, unpackMs: spent(() => void run(unpack(packed))) };
}
