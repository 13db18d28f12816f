/** How to collect dumps on a node. */
import type { ReactElement } from 'react';
import { CopyButton } from '../shell/CopyButton.tsx';
import { linkCommand } from '../shell/page-address.ts';
import { isPageFile } from '../standalone/own-file.ts';

function commands(): readonly { readonly what: string; readonly command: string }[] {
  return [
    ...archiveCommands(),
    { what: 'nftables, and iptables-nft', command: 'sudo nft -a list ruleset > node.nft' },
    { what: 'iptables, with counters', command: 'sudo iptables-save -c > node.save' },
    { what: 'IPv6', command: 'sudo ip6tables-save -c > node.save6' },
    { what: 'legacy tables, if any', command: 'sudo iptables-legacy-save -c > node.legacy.save' },
    { what: 'ipsets that rules refer to', command: 'sudo ipset save > node.ipset' },
    { what: 'A link, without leaving the terminal', command: linkCommand() },
  ];
}

/** A page that is one file has no script beside it. */
function archiveCommands(): readonly { readonly what: string; readonly command: string }[] {
  if (isPageFile()) return [];
  const script = new URL('./collect.sh', location.href.replace(/[?#].*$/, '')).href;
  return [
    {
      what: 'All of it as one archive, with interfaces, routes and sysctls',
      command: `curl -fsSO ${script} && sudo sh collect.sh`,
    },
    { what: 'All nodes of a cluster, through kubectl debug', command: 'sh collect.sh --cluster' },
  ];
}

export function Commands(): ReactElement {
  return (
    <section className="commands" aria-labelledby="collect">
      <h2 id="collect" className="t-heading">
        Collect on the node
      </h2>
      <ul>
        {commands().map(({ what, command }) => (
          <li key={what}>
            <div className="command">
              <span className="secondary">{what}</span>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a line that scrolls has to be reachable by keyboard */}
              <code tabIndex={0}>{command}</code>
            </div>
            <CopyButton text={command} label={`Copy the command: ${what}`} />
          </li>
        ))}
      </ul>
      <p className="quiet">
        {isPageFile() ? null : (
          <>
            <a href="./collect.sh">Read collect.sh</a> before you run it.{' '}
          </>
        )}
        Each command only reads. Dumps have addresses and names in them, and so have links.
      </p>
    </section>
  );
}
