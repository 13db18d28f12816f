/** The registry of formats. To add one: its folder with a parser, and its entry here. */

import { detectArptablesList, detectEbtablesList, parseForeignList } from './foreign-list/parse.ts';
import type { Format } from './format.ts';
import { detectIpsetList, parseIpsetList } from './ipset-list/parse.ts';
import { detectIpsetSave, parseIpsetSave } from './ipset-save/parse.ts';
import { detectIptablesList, parseIptablesList } from './iptables-list/parse.ts';
import { detectTool } from './iptables-save/detect.ts';
import { parseIptablesSave } from './iptables-save/parse.ts';
import { detectNft, parseNft } from './nft/parse.ts';
import { detectNftJson, parseNftJson } from './nft-json/parse.ts';
import { detectShell } from './shell/detect.ts';
import { parseShellScript } from './shell/parse.ts';
import { detectKernelTrace, parseKernelTrace } from './traces/kernel-log.ts';
import { detectNftTrace, parseNftTrace } from './traces/nft-trace.ts';
import { detectXtablesTrace, parseXtablesTrace } from './traces/xtables-trace.ts';

export const FORMATS: readonly Format[] = [
  {
    id: 'iptables-save',
    label: 'iptables-save',
    detect: (head) => detectTool(head, 'iptables'),
    parse: (text, start, end, options) => parseIptablesSave(text, start, end, options, 'ip'),
  },
  {
    id: 'ip6tables-save',
    label: 'ip6tables-save',
    detect: (head) => detectTool(head, 'ip6tables'),
    parse: (text, start, end, options) => parseIptablesSave(text, start, end, options, 'ip6'),
  },
  {
    id: 'ebtables-save',
    label: 'ebtables-save',
    detect: (head) => detectTool(head, 'ebtables'),
    parse: (text, start, end, options) => parseIptablesSave(text, start, end, options, 'bridge'),
  },
  {
    id: 'arptables-save',
    label: 'arptables-save',
    detect: (head) => detectTool(head, 'arptables'),
    parse: (text, start, end, options) => parseIptablesSave(text, start, end, options, 'arp'),
  },
  { id: 'iptables-list', label: 'iptables -L', detect: detectIptablesList, parse: parseIptablesList },
  {
    id: 'arptables-list',
    label: 'arptables -L',
    detect: detectArptablesList,
    parse: (text, start, end, options) => parseForeignList(text, start, end, options, 'arp'),
  },
  {
    id: 'ebtables-list',
    label: 'ebtables -L',
    detect: detectEbtablesList,
    parse: (text, start, end, options) => parseForeignList(text, start, end, options, 'bridge'),
  },
  { id: 'ipset-list', label: 'ipset list', detect: detectIpsetList, parse: parseIpsetList },
  { id: 'ipset-save', label: 'ipset save', detect: detectIpsetSave, parse: parseIpsetSave },
  { id: 'shell', label: 'shell commands', detect: detectShell, parse: parseShellScript },
  { id: 'nft-trace', label: 'nft monitor trace', detect: detectNftTrace, parse: parseNftTrace },
  { id: 'xtables-trace', label: 'xtables-monitor --trace', detect: detectXtablesTrace, parse: parseXtablesTrace },
  { id: 'kernel-trace', label: 'kernel log of packets', detect: detectKernelTrace, parse: parseKernelTrace },
  { id: 'nft', label: 'nft list ruleset', detect: detectNft, parse: parseNft },
  { id: 'nft-json', label: 'nft -j list ruleset', detect: detectNftJson, parse: parseNftJson },
];

/** The surest format of `head`, or null where none is more than half sure. A format that comes first wins a tie. */
export function detectFormat(head: string): Format | null {
  let best: Format | null = null;
  let sureness = 0.5;
  for (const format of FORMATS) {
    const sure = format.detect(head);
    if (sure > sureness) {
      best = format;
      sureness = sure;
    }
  }
  return best;
}
