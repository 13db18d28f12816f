/** The page before any dump: what it does, ways in, how to collect, what happens to the data, samples. */
import type { ReactElement } from 'react';
import { addEmptyDocument, chooseFiles } from '../shell/intake.ts';
import { Logo } from '../shell/Logo.tsx';
import { Recent, TrustSheet } from '../shell/parts.tsx';
import { ThemeButton } from '../shell/ThemeButton.tsx';
import { Icon, OwnerChip, Sign } from '../theme/marks.tsx';
import { Commands } from './Commands.tsx';
import { Gallery } from './Gallery.tsx';
import './landing.css';

const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function Landing(): ReactElement {
  return (
    <div className="landing">
      <header className="landing-bar">
        <span className="brand">
          <Logo />
          nfscope
        </span>
        <ThemeButton />
      </header>
      <main className="landing-main">
        <div className="landing-lead">
          <h1 className="t-display">
            See who wrote which netfilter rule, <span>and where they collide.</span>
          </h1>
          <p className="landing-sub">
            Paste or drop a dump of one node. nfscope shows every hook in the order the kernel runs it, names the
            program behind each rule, and finds where Calico, kube-proxy, Docker and the others get in each other’s way.
          </p>
          <DropZone />
          <Recent />
          <p className="landing-privacy">
            <Icon name="lock" />
            <span>
              <strong>Nothing leaves this page.</strong> It has no server, and its own policy forbids the browser to
              connect anywhere. Links carry the dump after the #, which browsers do not send. <TrustSheet />
            </span>
          </p>
        </div>
        <Commands />
        <Gallery />
      </main>
    </div>
  );
}

function DropZone(): ReactElement {
  return (
    <section className="drop-zone" aria-label="Open a dump">
      <DropPicture />
      <p className="drop-title">
        Drop files here, or paste with <kbd className="key">{IS_MAC ? '⌘ V' : 'Ctrl V'}</kbd>
      </p>
      <p className="drop-formats">
        nft, iptables, ip6tables, ebtables, arptables, ipset: dumps, listings, scripts or JSON, also packed (.gz, .zip,
        .tar). Several files of one node belong together.
      </p>
      <p className="drop-buttons">
        <button type="button" className="button button-primary" onClick={chooseFiles}>
          Choose files
        </button>
        <button type="button" className="button" onClick={addEmptyDocument}>
          Open an empty editor
        </button>
      </p>
    </section>
  );
}

const PICTURE = [
  { slot: 'calico', height: 14 },
  { slot: 'tailscale', height: 6 },
  { slot: 'docker', height: 10 },
  { slot: 'kube-proxy', height: 15 },
  { slot: 'unknown', height: 5 },
  { slot: 'calico', height: 6 },
] as const;

function DropPicture(): ReactElement {
  return (
    <div className="drop-picture" aria-hidden="true">
      <div className="drop-stripes">
        {PICTURE.map(({ slot, height }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a drawing
          <div key={at} className="drop-stripe" data-slot={slot} style={{ height }}>
            <OwnerChip slot={slot} initials="" size="spine" />
          </div>
        ))}
      </div>
      <Icon name="arrow-right" size={22} />
      <Sign sign="order-sensitive" severity="warning" size={28} label="" />
    </div>
  );
}
