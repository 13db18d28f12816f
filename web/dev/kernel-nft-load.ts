/** Loads nft into an empty network namespace, and lists what is there, as text and as JSON. See kernel.ts. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScript } from './kernel.ts';

export interface NftListed {
  /** What nft says where it refuses the text, or ''. */
  readonly refused: string;
  /** `nft list ruleset` and `nft -j list ruleset`; '' where nft fails. */
  readonly text: string;
  readonly json: string;
}

export interface NftCommands extends NftListed {
  /** By command: '' where nft took it, else what it said. */
  readonly said: readonly string[];
}

/** The same namespace has these devices, so that listings with indexes and devices can be loaded. */
const DEVICES = 'for d in eth0 eth1 br0; do ip link add $d type dummy 2> /dev/null || true; done';
const LIST =
  'nft list ruleset > text 2> /dev/null || rm text\nnft -j list ruleset > json 2> /dev/null || rm json\ntrue';

/** A whole text, or a whole JSON, at once. */
export function loadNft(text: string, format: 'text' | 'json' = 'text'): NftListed {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'ruleset'), text);
    const { ok } = runScript(
      `cd ${folder}\n${DEVICES}\nnft ${format === 'json' ? '-j ' : ''}-f ruleset 2> err || exit 3\n${LIST}`,
    );
    return { refused: ok ? '' : read(folder, 'err').trim() || 'refused', ...listed(folder) };
  });
}

/**
 * Each command by itself, so that one that is refused costs no other; `add rule FAMILY t c ...` are tried in a chain of their own first where nft
 * cannot list what it took (1.0.6 ends with a fault where some expressions meet). Cost: one process for each, or five.
 */
export function runNft(commands: readonly string[]): NftCommands {
  const made = runCommands(commands, false);
  return made.text === '' || made.json === '' ? runCommands(commands, true) : made;
}

function runCommands(commands: readonly string[], careful: boolean): NftCommands {
  return inFolder((folder) => {
    commands.forEach((command, i) => {
      writeFileSync(join(folder, `command${i}`), `${command}\n`);
    });
    const each = `for i in $(seq 0 ${commands.length - 1}); do ${careful ? CAREFULLY : ''}nft -f command$i 2> err$i && : > err$i; done`;
    runScript(`cd ${folder}\n${DEVICES}\n${each}\n${LIST}`);
    return { refused: '', said: commands.map((_, i) => read(folder, `err${i}`).trim()), ...listed(folder) };
  });
}

const CAREFULLY = `family=$(sed -n 's/^add rule \\([a-z0-9]*\\) t c .*/\\1/p' command$i)
if [ "$family" ]; then
  nft add chain $family t tried
  { echo "flush chain $family t tried"; sed 's/ t c / t tried /' command$i; } > trial
  if nft -f trial 2> err$i; then
    { nft list ruleset && nft -j list ruleset; } > /dev/null 2>&1 || echo 'nft cannot list it' > err$i
  fi
  nft flush chain $family t tried; nft delete chain $family t tried
  [ -s err$i ] && continue
fi
`;

/**
 * What nft would load for each rule of `FAMILY t c`, as its expressions, after those commands; '' where it refuses the rule. Elements of sets stand
 * in any order.
 */
export function bytecode(family: string, commands: readonly string[], rules: readonly string[]): string[] {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'start'), commands.join('\n'));
    rules.forEach((rule, i) => {
      writeFileSync(join(folder, `rule${i}`), `add rule ${family} t c ${rule}\n`);
    });
    const each = `for i in $(seq 0 ${rules.length - 1}); do nft --debug=netlink -c -f rule$i > code$i 2> /dev/null; done`;
    runScript(`cd ${folder}\n${DEVICES}\nnft -f start\n${each}\ntrue`);
    return rules.map((_, i) => expressions(read(folder, `code${i}`)));
  });
}

function expressions(printed: string): string {
  const lines = printed.split('\n').filter((line) => line.startsWith('  [') || line.includes('element'));
  return lines
    .map((line) =>
      line.includes('element')
        ? line
            .split(/\s*element\s*/)
            .sort()
            .join(' ')
        : line.trim(),
    )
    .join('\n');
}

function inFolder<Result>(work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'nfscope-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(folder: string, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function listed(folder: string): { text: string; json: string } {
  return { text: read(folder, 'text'), json: read(folder, 'json') };
}
