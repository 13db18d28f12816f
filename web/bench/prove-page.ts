/**
 * How long the built page's prover takes in Chromium, from the message with the documents to the last finding: in a new browser each time, in a page that does
 * nothing else. `cold`: asked as soon as the worker is made, its code still to be loaded; `practised`: after a few seconds, as on a page that
 * somebody has opened before dropping a dump on it.
 *
 *   npx tsx web/bench/prove-page.ts [--runs 5] [--services 36,1000] [--calico] [--samples NAME,...] [FILE...]    after `npm run build`
 *
 * FILEs are the dumps of one node. The memory of Chromium's process is that of page and worker together.
 */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { sampleDocuments } from '../../samples/summarise.ts';
import { launchArguments } from '../e2e/launch.ts';
import type { ProverMessage } from '../worker/prover-protocol.ts';
import { generateKubeProxy } from './generate.ts';
import { medianOf } from './measure.ts';

interface Documents {
  readonly name: string;
  readonly documents: readonly { readonly name: string; readonly text: string }[];
}

const { values, positionals } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    services: { type: 'string', default: '36' },
    calico: { type: 'boolean', default: false },
    samples: { type: 'string', default: 'docker-ufw,flannel-kube-proxy,calico-iptables-nft,calico-nftables' },
  },
  allowPositionals: true,
});
const PORT = 5192;
/** Milliseconds that a worker is left alone to practise. */
const PRACTICE = 4_000;
const LIMITS = { milliseconds: 120_000, maxNodes: 24_000_000 };

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (files: readonly string[]) =>
  files.map((file) => ({ name: basename(file), text: readFileSync(file, 'utf8') }));

function* nodes(): Generator<Documents> {
  if (positionals.length > 0) {
    yield { name: positionals.map((file) => basename(file)).join(' '), documents: read(positionals) };
    return;
  }
  for (const sample of values.samples.split(',').filter(Boolean)) {
    yield { name: sample, documents: sampleDocuments(sample) };
  }
  for (const services of values.services.split(',').filter(Boolean).map(Number)) {
    for (const format of ['iptables', 'nft'] as const) {
      if (format === 'nft' && values.calico) continue;
      const text = generateKubeProxy({ services, endpoints: 4, format, calico: values.calico });
      yield { name: `${services} Services, ${format}`, documents: [{ name: `node.${format}`, text }] };
    }
  }
}

const worker = readdirSync(join(root, 'dist', 'assets')).find((name) => name.startsWith('prover-worker'));
if (worker === undefined) throw new Error('no prover in dist: npm run build comes first');

/** Milliseconds. */
async function prove({ documents }: Documents, pause: number): Promise<number> {
  const browser = await chromium.launch({
    executablePath: process.env['NFSCOPE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: launchArguments,
  });
  try {
    const page = await browser.newPage();
    // Any file of the build that runs nothing.
    await page.goto(`http://127.0.0.1:${PORT}/favicon.svg`);
    return await page.evaluate(
      ({ url, question, wait }) =>
        new Promise<number>((resolve, reject) => {
          const made = new Worker(url, { type: 'module' });
          let start = 0;
          made.onerror = ({ message }) => reject(new Error(message));
          made.onmessage = ({ data }: MessageEvent<ProverMessage>) => {
            if (data.kind === 'failed') reject(new Error(data.message));
            if (data.kind === 'findings' && data.done) resolve(performance.now() - start);
          };
          setTimeout(() => {
            start = performance.now();
            made.postMessage(question);
          }, wait);
        }),
      { url: `/assets/${worker}`, question: { kind: 'prove', documents, limits: LIMITS }, wait: pause },
    );
  } finally {
    await browser.close();
  }
}

const server = spawn(process.execPath, ['web/e2e/serve.mjs', '--port', String(PORT)], { cwd: root, stdio: 'inherit' });
try {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  for (const node of nodes()) {
    const cold: number[] = [];
    const practised: number[] = [];
    for (let run = 0; run < Number(values.runs); run++) {
      cold.push(await prove(node, 0));
      practised.push(await prove(node, PRACTICE));
    }
    const figure = (times: readonly number[]) =>
      `${Math.round(medianOf(times))} ms (${times.map((each) => Math.round(each)).join(' ')})`;
    console.log(`${node.name}: cold ${figure(cold)}, practised ${figure(practised)}`);
  }
} finally {
  server.kill();
}
