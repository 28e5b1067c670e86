// What the tests are about: a banner that shows the newest state of one flag, and says when it may be old.

/** Keeps `element` in step with a flag of a `DatastreamStore`; returns the undo. */
function showBanner(store, key, element) {
  const show = () => {
    const flag = store.flag(key);
    const text = flag ? `${key} is ${flag.default_value ? 'on' : 'off'} by default` : `${key} is unknown`;
    element.textContent = store.stale ? `${text} (may be old)` : text;
  };
  show();
  return store.subscribe(show);
}

module.exports = { showBanner };
