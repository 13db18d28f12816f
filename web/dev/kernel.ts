/** The real tools, in a network namespace of their own that ends with each call. Needs root; see test-kernel.ts. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Run {
  readonly ok: boolean;
  readonly out: string;
  readonly err: string;
}

const TIMEOUT_MS = 60_000;

function run(command: string, args: readonly string[], input = ''): Run {
  const made = spawnSync(command, args, { input, encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: 256 << 20 });
  return { ok: made.status === 0, out: made.stdout ?? '', err: made.stderr ?? made.error?.message ?? '' };
}

/** Why nothing can be tried here, or null. */
export function whyNot(): string | null {
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces';
  for (const tool of ['unshare', 'nft', 'iptables-nft-restore', 'ip6tables-nft-restore', 'ipset']) {
    if (!run('sh', ['-c', `command -v ${tool}`]).ok) return `${tool} is not installed`;
  }
  const tried = run('unshare', ['-n', 'nft', 'add', 'table', 'ip', 'nfscope']);
  return tried.ok ? null : `the kernel refuses an nft table in a network namespace: ${tried.err.trim()}`;
}

const TOOLS = {
  scripts: ['bash', 'iptables-legacy-save', 'ip6tables-legacy-save', 'ebtables-nft-save'],
  traces: ['bash', 'ip', 'xtables-monitor'],
} as const;

/** The first tool that is not there and that `what` needs, or null. */
export function missingTool(what: keyof typeof TOOLS): string | null {
  return TOOLS[what].find((tool) => !run('sh', ['-c', `command -v ${tool}`]).ok) ?? null;
}

export interface Part {
  readonly tool: 'iptables' | 'ip6tables' | 'ipset' | 'nft';
  readonly text: string;
}

const LOADERS = {
  iptables: 'iptables-nft-restore',
  ip6tables: 'ip6tables-nft-restore',
  ipset: 'ipset restore',
  nft: 'nft -f -',
} as const;

export interface Loaded {
  /** What the tools said where one refused its part; '' if all was taken. */
  readonly refused: string;
  readonly nft: string;
  readonly iptables: string;
  readonly ip6tables: string;
}

/** Runs a shell script in an empty namespace. */
export function runScript(script: string): Run {
  return run('unshare', ['-n', 'sh', '-c', script]);
}

const MARK = '#### nfscope part ####';

/** Loads the parts in order into an empty namespace, and lists what is then there with each tool. */
export function load(parts: readonly Part[]): Loaded {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    const steps = parts.map(({ tool, text }, i) => {
      const file = join(folder, String(i));
      writeFileSync(file, text);
      return `${LOADERS[tool]} < ${file}`;
    });
    const lists = ['nft list ruleset', 'iptables-nft-save', 'ip6tables-nft-save'].map(
      (list) => `${list}; echo "${MARK}"`,
    );
    // Listing by nft marks tables as its own in no way; iptables-nft-save is quiet about tables that are not iptables'.
    const script = `${[...steps, 'true'].join(' && ')} || exit 3\n${lists.join('\n')}\n`;
    const { ok, out, err } = run('unshare', ['-n', 'sh', '-c', script]);
    const [nft = '', iptables = '', ip6tables = ''] = out.split(`${MARK}\n`);
    return { refused: ok ? '' : err.trim() || 'refused', nft, iptables, ip6tables };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs `program` with its FILE, the script, in an empty namespace, and gives what each of the listing commands says then. */
export function runInNamespace(program: string, script: string, lists: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    const file = join(folder, 'script');
    writeFileSync(file, script);
    writeFileSync(join(folder, 'sudo'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 });
    const steps = [
      `cd ${folder}`,
      `export PATH=${folder}:$PATH`,
      `${program.replace('FILE', file)} </dev/null >/dev/null 2>&1`,
    ];
    const listing = lists.map((list) => `${list} 2>/dev/null; echo "${MARK}"`);
    const { out } = run('unshare', ['-n', 'sh', '-c', [...steps, ...listing].join('\n')]);
    return out.split(`${MARK}\n`).slice(0, lists.length);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
