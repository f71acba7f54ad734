/// What a page does by itself: it steps through the propagation.
///
/// Without it the page shows everything at once. It reads numbers from attributes, sets classes and texts, and never
/// writes markup.
enum PageScript {
  static let text = parts + state + graph + events

  private static let parts = """
    'use strict';
    const root = document.documentElement, find = id => document.getElementById(id);
    const figure = find('graph'), picture = figure.querySelector('svg');
    const steps = [...document.querySelectorAll('.step')];
    const nodes = [...picture.querySelectorAll('.node')], edges = [...picture.querySelectorAll('.edge')];
    const numbers = text => text ? text.split(' ').map(Number) : [];
    // Of each step: its nodes, its edges, and the node whose number it finds.
    const parts = steps.map(step => ({
      kind: step.dataset.kind, nodes: numbers(step.dataset.nodes), edges: numbers(step.dataset.edges),
      subject: Number(step.dataset.subject)
    }));
    // Of each node: its lines with the value and with the cotangent, and the steps that find these.
    const counts = numbers(figure.dataset.lines), lines = nodes.map((_, i) => counts.slice(3 * i, 3 * i + 3));
    const texts = nodes.map(node => [...node.querySelectorAll('text')]);
    const finding = (node, isForward) =>
      parts.findIndex(part => (part.kind === 'forward') === isForward && part.nodes.includes(node)) + 1;
    const valueStep = nodes.map((_, i) => finding(i, true)), cotangentStep = nodes.map((_, i) => finding(i, false));
    const stepOf = nodes.map((_, i) => valueStep[i] || cotangentStep[i]);
    const calm = matchMedia('(prefers-reduced-motion: reduce)'), narrow = matchMedia('(max-width: 50rem)');
    let current = 0, zoom = 1, isZoomed = false;

    """

  private static let state = """
    function show(number, scrolls = true) {
      current = Math.max(0, Math.min(steps.length, number));
      const part = parts[current - 1];
      steps.forEach((step, i) => {
        step.classList.toggle('current', i === current - 1);
        const link = step.querySelector('h3 a');
        if (i === current - 1) link.setAttribute('aria-current', 'step'); else link.removeAttribute('aria-current');
      });
      paint(part);
      find('position').textContent = current ? `${current} of ${steps.length}` : `${steps.length} steps`;
      find('now').textContent = current ? steps[current - 1].dataset.say : find('now').dataset.start;
      find('first').disabled = find('previous').disabled = current === 0;
      find('next').disabled = find('last').disabled = current === steps.length;
      const hash = current ? `#step-${current}` : '';
      if ((current || fromHash()) && location.hash !== hash) {
        history.replaceState(null, '', hash || location.pathname + location.search);
      }
      if (scrolls && part) approach(steps[current - 1]);
      if (part) reveal(part);
    }
    // Brings a step into sight, without pushing the graph out of it.
    function approach(step) {
      const panel = document.querySelector('.panel'), box = step.getBoundingClientRect();
      const end = panel.parentElement.getBoundingClientRect().bottom - panel.offsetHeight;
      const above = narrow.matches ? panel.offsetHeight + 12 : Math.max(16, (innerHeight - box.height) / 2);
      const distance = narrow.matches ? box.top - above : Math.min(box.top - above, end);
      scrollTo({ top: scrollY + distance, behavior: motion() });
    }
    const motion = () => calm.matches ? 'auto' : 'smooth';

    function paint(part) {
      if (part) figure.dataset.kind = part.kind; else delete figure.dataset.kind;
      nodes.forEach((node, i) => {
        const isForward = part?.kind === 'forward', isPart = !!part?.nodes.includes(i);
        node.classList.toggle('highlighted', isPart);
        node.classList.toggle('subject', part?.subject === i);
        node.classList.toggle('waiting', isForward && !isPart && valueStep[i] > current);
        const [first, values, cotangents] = lines[i];
        texts[i].forEach((text, line) => {
          const isValue = line >= first && line < first + values;
          const isCotangent = line >= first + values && line < first + values + cotangents;
          text.classList.toggle('pending', !!part
            && (isValue && valueStep[i] > current || isCotangent && cotangentStep[i] > current));
          text.classList.toggle('flowing', isPart && (isForward ? isValue : isCotangent));
        });
      });
      edges.forEach((edge, i) => {
        edge.classList.toggle('highlighted', !!part?.edges.includes(i));
        const to = Number(edge.dataset.to);
        edge.classList.toggle('waiting', part?.kind === 'forward' && valueStep[to] > current);
      });
    }

    """

  private static let graph = """
    // The part of the graph that a step is about, in the middle of what is seen of it; at least its subject.
    function reveal(part) {
      const frame = figure.getBoundingClientRect();
      const around = list => {
        const boxes = list.map(i => nodes[i].getBoundingClientRect());
        return {
          left: Math.min(...boxes.map(b => b.left)), right: Math.max(...boxes.map(b => b.right)),
          top: Math.min(...boxes.map(b => b.top)), bottom: Math.max(...boxes.map(b => b.bottom))
        };
      };
      const whole = around(part.nodes), subject = around([part.subject]);
      const distance = (from, to) => {
        const isInside = whole[from] >= frame[from] && whole[to] <= frame[to];
        const box = whole[to] - whole[from] <= frame[to] - frame[from] ? whole : subject;
        return isInside ? 0 : (box[from] + box[to] - frame[from] - frame[to]) / 2;
      };
      figure.scrollBy({ left: distance('left', 'right'), top: distance('top', 'bottom'), behavior: motion() });
    }

    const { width, height } = picture.viewBox.baseVal;
    function resize(factor) {
      zoom = Math.max(0.1, Math.min(4, factor));
      picture.style.width = `${width * zoom}px`;
      picture.style.height = `${height * zoom}px`;
    }
    // The whole graph, or as much of it as leaves its letters readable.
    function fit(least) {
      isZoomed = false;
      picture.style.width = picture.style.height = '0';
      const room = narrow.matches ? figure.clientHeight : innerHeight - 220;
      resize(Math.max(least, Math.min(1.1, (figure.clientWidth - 2) / width, room / height)));
      figure.scrollLeft = (figure.scrollWidth - figure.clientWidth) / 2;
      if (current) reveal(parts[current - 1]);
    }
    const readable = 0.8;
    function magnify(factor) {
      const x = (figure.scrollLeft + figure.clientWidth / 2) / zoom;
      const y = (figure.scrollTop + figure.clientHeight / 2) / zoom;
      isZoomed = true;
      resize(zoom * factor);
      figure.scrollLeft = x * zoom - figure.clientWidth / 2;
      figure.scrollTop = y * zoom - figure.clientHeight / 2;
    }

    """

  private static let events = """
    const go = { first: () => show(1), previous: () => show(current - 1), next: () => show(current + 1),
      last: () => show(steps.length), closer: () => magnify(1.25), farther: () => magnify(0.8), fit: () => fit(0) };
    for (const [id, action] of Object.entries(go)) find(id).addEventListener('click', action);
    const keys = { ArrowRight: go.next, ArrowLeft: go.previous, Home: go.first, End: go.last, Escape: () => show(0) };
    document.addEventListener('keydown', event => {
      const action = keys[event.key], target = event.target;
      if (!action || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const isScroller = target.scrollWidth > target.clientWidth && target.classList.contains('scrolls');
      const isPage = target === document.body && (event.key === 'Home' || event.key === 'End');
      if (isScroller || isPage) return;
      event.preventDefault();
      action();
    });
    nodes.forEach((node, i) => {
      if (!stepOf[i]) return node.removeAttribute('tabindex');
      node.setAttribute('role', 'button');
      node.addEventListener('click', () => show(stepOf[i]));
      node.addEventListener('keydown', event => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        show(stepOf[i]);
      });
    });
    steps.forEach((step, i) => step.addEventListener('click', event => {
      if (event.target.closest('summary') || getSelection().toString()) return;
      event.preventDefault();
      show(i + 1, false);
    }));
    find('scheme').addEventListener('click', () => {
      const own = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
      root.dataset.scheme = (root.dataset.scheme ?? own) === 'dark' ? 'light' : 'dark';
    });
    const fromHash = () => Number(/^#step-([0-9]+)$/.exec(location.hash)?.[1] ?? 0);
    addEventListener('hashchange', () => { if (fromHash()) show(fromHash()); });
    let wideness = innerWidth;
    addEventListener('resize', () => {
      if (!isZoomed && innerWidth !== wideness) fit(readable);
      wideness = innerWidth;
    });
    root.classList.add('js');
    picture.setAttribute('role', 'group');
    for (const hidden of document.querySelectorAll('[data-script]')) hidden.hidden = false;
    fit(readable);
    show(fromHash());
    """
}
