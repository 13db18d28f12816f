/** "How do you know?": what was compared with kernels and how it came out, and what is not modelled. All figures are generated (web/dev/trust.ts). */

import { Dialog } from 'radix-ui';
import { type ReactElement, type ReactNode, useState } from 'react';
import { DialogClose } from '../shell/DialogClose.tsx';
import type { Wanted } from '../shell/lazy-part.tsx';
import facts from './facts.json';
import { TrustButton } from './TrustButton.tsx';
import { freshTotals, recordedWords, versionsWords } from './trust-words.ts';

export function TrustSheet({ wanted = false }: Wanted): ReactElement {
  const [open, setOpen] = useState(wanted);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>
        <TrustButton />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="dialog-overlay" />
        <Dialog.Content className="dialog trust" aria-describedby={undefined}>
          <Dialog.Title className="t-title">How do you know?</Dialog.Title>
          <Compared />
          <Differs />
          <Proofs />
          <NotModelled />
          <Privacy />
          <DialogClose />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section>
      <h3 className="t-label">{title}</h3>
      {children}
    </section>
  );
}

const count = (number: number): string => number.toLocaleString('en');

function Compared(): ReactElement {
  const totals = freshTotals(facts.fresh);
  return (
    <Part title="Compared with the kernel">
      <p>
        The kernel is the judge. Rulesets are loaded into empty network namespaces with the real tools, a packet is
        sent, and the kernel’s own trace is compared with what nfscope says: each rule, verdict, mark, translation and
        what becomes of the packet.
      </p>
      <table className="trust-table">
        <thead>
          <tr>
            <th scope="col">Cases</th>
            <th scope="col">Agree</th>
          </tr>
        </thead>
        <tbody>
          {facts.recorded.map(({ name, cases, agree }) => (
            <tr key={name}>
              <td>{recordedWords(name)}</td>
              <td className="num">
                {count(agree)} of {count(cases)}
              </td>
            </tr>
          ))}
          {totals.map(({ words, cases, agree }) => (
            <tr key={words}>
              <td>{words}</td>
              <td className="num">
                {count(agree)} of {count(cases)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="secondary">{versionsWords(facts.fresh)} Other versions may do otherwise where they changed.</p>
    </Part>
  );
}

function Differs(): ReactElement {
  return (
    <Part title={`Where nfscope says something else than the kernel (${facts.differs.length} known)`}>
      <details>
        <summary>Show them</summary>
        <table className="trust-table">
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">The kernel</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {facts.differs.map(({ what, kernel, why }) => (
              <tr key={what}>
                <td>{what}</td>
                <td>{kernel}</td>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </Part>
  );
}

function Proofs(): ReactElement {
  return (
    <Part title="Proofs">
      <p>
        “The order matters” comes with a packet that the tracer has followed in both orders. “Benign” means that all
        packets were sent through both orders at once, as sets, and none fares otherwise, up to the unknowns that the
        finding names. {facts.conflicts.withSamples} of {facts.conflicts.known} known conflicts between programs are
        tried with rulesets that the real tools have loaded, and with look-alikes that must not be flagged.
      </p>
    </Part>
  );
}

function NotModelled(): ReactElement {
  const { fields, matches, targets } = facts;
  return (
    <Part title="Not modelled">
      <p>
        What no dump tells is asked of you, never guessed: routes, sockets, limits and time, and the fields and
        extensions below. A trace forks there, and a proof names what it hangs on.
      </p>
      <dl>
        <List title={`Fields of nft (of ${fields.known + fields.asked.length})`} names={fields.asked} />
        <List
          title={`Matches of iptables (of ${matches.modelled.length + matches.text.length})`}
          names={matches.text}
        />
        <List
          title={`Targets of iptables (of ${targets.modelled.length + targets.text.length + targets.harmless.length})`}
          names={targets.text}
        />
        <List title="Targets that change nothing a rule or a packet’s way depends on" names={targets.harmless} />
      </dl>
    </Part>
  );
}

function List({ title, names }: { readonly title: string; readonly names: readonly string[] }): ReactElement {
  return (
    <div>
      <dt>{title}</dt>
      <dd className="mono">{names.join(', ')}</dd>
    </div>
  );
}

function Privacy(): ReactElement {
  return (
    <Part title="Your ruleset">
      <p>
        It is read in this browser. The page’s policy lets it connect nowhere, and its tests fail when it asks another
        host for anything. A link carries the dump after the #, which browsers do not send; whoever has the link has the
        dump.
      </p>
    </Part>
  );
}
