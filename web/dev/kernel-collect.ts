/** `test:kernel`: public/collect.sh on a node with rules of every tool, in a namespace, read by nfscope's own reader of archives. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memorySource } from '../archive/bytes.ts';
import { openArchives } from '../archive/open.ts';
import { readDocument } from '../parse/read.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', 'public', 'collect.sh');

/** `legacy` and what is not listed is made by nobody: only what is there already may be listed. */
const RULES = {
  full: `
    iptables-nft -t nat -A POSTROUTING -s 10.0.0.0/8 -j MASQUERADE
    ip6tables-nft -A FORWARD -j DROP
    iptables-legacy -t nat -A PREROUTING -p tcp --dport 80 -j REDIRECT --to-ports 8080
    nft add table inet mine
    nft add chain inet mine c '{ type filter hook input priority 5; }'
    nft add rule inet mine c counter accept
    ipset create blocked hash:ip
    ipset add blocked 192.0.2.1
    ebtables-nft -A FORWARD -p IPv4 -j ACCEPT`,
  empty: '',
} as const;

const EXPECTED: Readonly<Record<keyof typeof RULES, readonly string[]>> = {
  full: [
    'ebtables-nft.save ebtables-save nft',
    'ip6tables-nft.save ip6tables-save nft',
    'ipset.save ipset-save',
    'iptables-legacy.save iptables-save legacy',
    'iptables-nft.save iptables-save nft',
    'ruleset.nft nft',
  ],
  empty: [],
};

/** What the tables of a dump say about who keeps them. */
function describe(name: string, text: string): string {
  const documents = readDocument(0, name, text);
  const tables = documents.flatMap((document) => document.tables);
  const backends = new Set(tables.map(({ backend }) => backend.replace('iptables-', '')));
  const [format] = documents.map((document) => document.format);
  return [name, format, ...(name.endsWith('.save') && !name.startsWith('ipset') ? backends : [])].join(' ');
}

export function checkCollect(check: (name: string, problem: string | null) => void): void {
  for (const node of ['full', 'empty'] as const) {
    const folder = mkdtempSync(join(tmpdir(), 'nfscope-collect-'));
    const archive = join(folder, 'node.tar.gz');
    const script = `${RULES[node]}
      before=$(cat /proc/net/*_tables_names; nft list tables)
      TMPDIR=${folder} sh ${SCRIPT} --name worker-1 --output ${archive} >&2 || exit
      [ "$before" = "$(cat /proc/net/*_tables_names; nft list tables)" ] || { echo 'tables were made' >&2; exit 1; }`;
    const { status, stderr } = spawnSync('unshare', ['-n', 'sh', '-ec', script], { encoding: 'utf8', timeout: 60_000 });
    const name = `collect.sh, ${node} node`;
    if (status !== 0) check(name, stderr);
    else {
      const opened = openArchives([{ name: 'node.tar.gz', source: memorySource(readFileSync(archive)) }]);
      const [first] = opened.listing.nodes;
      const dumps = opened.read((first?.dumps ?? []).map(({ id }) => id));
      const found = dumps.map(({ name: file, bytes }) => describe(file, new TextDecoder().decode(bytes))).sort();
      const left = readdirSync(folder).filter((file) => file !== 'node.tar.gz');
      const problems = [
        found.join() === EXPECTED[node].join() ? '' : `found ${found.join(', ')}`,
        (first?.name ?? 'worker-1') === 'worker-1' ? '' : `the node is called ${first?.name}`,
        left.length === 0 ? '' : `left behind: ${left.join(' ')}`,
      ].filter((problem) => problem !== '');
      check(name, problems.length === 0 ? null : problems.join('; '));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}
