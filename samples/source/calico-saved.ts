/** Calico's chains in the form in which iptables-save prints them, for dumps that are made without loading anything. */
import { type CalicoNode, writeCalico } from './calico.ts';
import type { SaveFile } from './save-file.ts';

const SPELLED: readonly (readonly [RegExp, string])[] = [
  [/--jump MARK --set-mark 0\//, '-j MARK --set-xmark 0x0/'],
  [/--jump MARK --set-mark /, '-j MARK --set-xmark '],
  [/--mark 0\//, '--mark 0x0/'],
  [/--destination-ports/, '--dports'],
  [/--invert --validmark/, '--validmark --invert'],
  [/-p 17/, '-p udp'],
  [/-p 4 /, '-p ipencap '],
  [/--dport /, '-m udp --dport '],
  [/--jump /, '-j '],
  [/--goto /, '-g '],
  [/--in-interface /, '-i '],
  [/--out-interface /, '-o '],
  [/--source /, '-s '],
  [/--destination /, '-d '],
];

/** The matches that iptables-save always prints first, in its order. */
const FIRST: readonly RegExp[] = [
  /(?:! )?-s \S+ /,
  /(?:! )?-d \S+ /,
  /(?:! )?-i \S+ /,
  /(?:! )?-o \S+ /,
  /(?:! )?-p \S+ /,
];

export function savedForm(text: string): string {
  let out = text;
  for (const [from, to] of SPELLED) out = out.replace(from, to);
  let head = '';
  for (const option of FIRST) {
    const found = option.exec(out)?.[0];
    if (!found) continue;
    head += found;
    out = out.replace(found, '');
  }
  return head + out;
}

/** Adds Calico to a file whose other rules are already in iptables-save's form. */
export function writeCalicoSaved(file: SaveFile, node: CalicoNode): void {
  writeCalico(file, node);
  for (const chains of file.tables.values()) {
    for (const chain of chains.values()) {
      chain.rules.forEach((rule, index) => {
        if (rule.text.includes('"cali:')) chain.rules[index] = { ...rule, text: savedForm(rule.text) };
      });
    }
  }
}
