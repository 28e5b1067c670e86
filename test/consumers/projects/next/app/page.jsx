'use client';

import { useEffect } from 'react';
import { follow } from '../follow.js';

export default function Page() {
  useEffect(() => {
    follow(new URLSearchParams(globalThis.location.search).get('server')).then((outcome) => {
      globalThis.outcome = outcome;
    });
  }, []);
  return 'page';
}
