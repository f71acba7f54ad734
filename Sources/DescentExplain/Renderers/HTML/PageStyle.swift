/// The looks of a page: every colour once, for light and for dark, with at least 4.5 : 1 between text and ground
/// (WCAG 2.2, level AA).
enum PageStyle {
  static let text = colours + typography + header + panel + steps + sections + narrow + print

  private static let colours = """
    :root{color-scheme:light dark;
    --ground:light-dark(#fbfbfa,#13161b);--raised:light-dark(#ffffff,#191d24);--rule:light-dark(#e3e6ea,#2c323c);
    --text:light-dark(#1c2330,#e6e9ef);--muted:light-dark(#586273,#9ca7b7);
    --forward:light-dark(#1d5fa8,#7db4f0);--forward-ground:light-dark(#eef5fd,#17222f);
    --backward:light-dark(#a8430c,#fb9f5b);--backward-ground:light-dark(#fdf3ec,#2a1f16);
    --good:light-dark(#1c6b3a,#6fcf94);--good-ground:light-dark(#e9f6ee,#15291d);
    --bad:light-dark(#b01020,#ffb4b4);--bad-ground:light-dark(#ffe9e9,#4a1218);
    --sans:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',sans-serif;
    --mono:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
    :root[data-scheme=light]{color-scheme:light}
    :root[data-scheme=dark]{color-scheme:dark}
    #graph .descent-picture,.legend{
    --picture-background:var(--raised);--picture-text:var(--text);--picture-muted:light-dark(#4f596a,#a9b3c2);
    --picture-line:light-dark(#8a94a3,#748092);--picture-accent:var(--accent,var(--backward));
    --picture-group:light-dark(#f5f6f8,#1d222a);--picture-group-border:light-dark(#dde2e8,#343b47);
    --picture-input:light-dark(#eaf2fc,#17283c);--picture-input-border:light-dark(#83b0e4,#3f74b0);
    --picture-parameter:light-dark(#fcf3e4,#322713);--picture-parameter-border:light-dark(#dcae63,#957031);
    --picture-operation:light-dark(#f4f5f8,#232831);--picture-operation-border:light-dark(#c1c8d2,#4a5361);
    --picture-result:light-dark(#e8f6ed,#15301f);--picture-result-border:light-dark(#6fb687,#408a5a)}

    """

  private static let typography = """
    *{box-sizing:border-box}
    [hidden]{display:none!important}
    html{scroll-padding:1rem 0;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--ground);color:var(--text);font:1rem/1.55 var(--sans)}
    h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.015em;margin:0;text-wrap:balance;overflow-wrap:anywhere}
    h2{font-size:1.15rem;line-height:1.3;margin:2.5rem 0 .75rem;overflow-wrap:anywhere}
    p{margin:.5rem 0;overflow-wrap:anywhere}
    a{color:inherit}
    math{font-family:math,'Latin Modern Math','STIX Two Math','Cambria Math',serif;font-size:1.12em}
    mtable{math-style:normal}
    pre,code{font-family:var(--mono)}
    :focus-visible{outline:2px solid var(--forward);outline-offset:2px;border-radius:4px}
    .scrolls{overflow-x:auto;overscroll-behavior-x:contain;max-width:100%;scrollbar-width:thin}
    .skip{position:absolute;left:-100vw;top:.5rem;z-index:9;padding:.5rem 1rem;background:var(--raised)}
    .skip:focus{left:1rem}
    .formula{margin:.1rem 0;padding:.4rem 0 .4rem 2em;text-indent:-2em;line-height:1.9}
    .formula math{text-indent:0}
    .remark{color:var(--muted);font-size:.9rem;margin:.25rem 0;padding-left:.9rem;border-left:2px solid var(--rule)}
    .warning{margin:1rem 0;padding:.8rem 1rem;border:2px solid var(--bad);border-radius:8px;
    background:var(--bad-ground);color:var(--bad);font-weight:700}
    button{font:inherit;color:inherit;background:var(--raised);border:1px solid var(--rule);border-radius:8px;
    min-width:2.5rem;height:2.5rem;padding:0 .7rem;cursor:pointer;display:inline-flex;align-items:center;
    justify-content:center;gap:.4rem}
    button:hover{border-color:var(--muted)}
    button:disabled{opacity:.4;cursor:default;border-color:var(--rule)}
    button svg{width:1rem;height:1rem;fill:currentColor}

    """

  private static let header = """
    header,main,footer{max-width:92rem;margin:0 auto;padding:0 clamp(1rem,3vw,2.5rem)}
    header{padding-top:2rem}
    .title{display:flex;align-items:flex-start;justify-content:space-between;gap:1rem}
    .lead{max-width:46rem;color:var(--muted);margin:.6rem 0}
    .verdict{display:inline-block;margin:.2rem 0;padding:.2rem .75rem;border-radius:1rem;font-size:.9rem;
    font-weight:600;text-decoration:none;background:var(--good-ground);color:var(--good)}
    .verdict.wrong{background:var(--bad-ground);color:var(--bad);border:2px solid var(--bad);font-size:1.1rem}
    .source{margin:1rem 0 0;padding:.8rem 1rem;width:fit-content;min-width:min(100%,30rem);max-width:100%;
    max-height:18rem;overflow:auto;background:var(--raised);
    border:1px solid var(--rule);border-radius:10px;font-size:.875rem;line-height:1.5;tab-size:4}
    footer{color:var(--muted);font-size:.85rem;padding-top:2rem;padding-bottom:3rem}

    """

  private static let panel = """
    .split{display:grid;grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:clamp(1.5rem,3vw,3rem);
    margin-top:1.5rem;align-items:start}
    .panel{position:sticky;top:0;max-height:100vh;padding:1rem 0;display:flex;flex-direction:column;gap:.6rem}
    .bar{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem}
    .bar .space{flex:1}
    #position{min-width:6.2rem;text-align:center;font-variant-numeric:tabular-nums;color:var(--muted)}
    #graph{margin:0;min-height:14rem;flex:0 1 auto;overflow:auto;background:var(--raised);border:1px solid var(--rule);
    border-radius:12px;display:flex;scrollbar-width:thin}
    #graph .descent-picture{margin:auto;flex:none;max-width:100%;height:auto}
    .js #graph .descent-picture{max-width:none}
    #now{margin:0;flex:none;height:2.8em;line-height:1.4;overflow:hidden;
    display:-webkit-box;-webkit-box-orient:vertical;
    -webkit-line-clamp:2;line-clamp:2;color:var(--muted);font-size:.9rem}
    .bar,.legend{flex:none}
    .legend{display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:0;padding:0;list-style:none;font-size:.8rem;
    color:var(--muted)}
    .legend i{display:inline-block;width:.85em;height:.85em;margin-right:.4em;border-radius:3px;vertical-align:-.05em;
    border:1.5px solid}
    .legend .input i{background:var(--picture-input);border-color:var(--picture-input-border);border-radius:50%}
    .legend .parameter i{background:var(--picture-parameter);border-color:var(--picture-parameter-border);
    border-radius:50%}
    .legend .operation i{background:var(--picture-operation);border-color:var(--picture-operation-border)}
    .legend .result i{background:var(--picture-result);border-color:var(--picture-result-border)}
    #graph .node,#graph .edge,#graph text{transition:opacity .2s}
    #graph .node[role=button]{cursor:pointer}
    #graph .node.waiting{opacity:.45}
    #graph .edge.waiting{opacity:.3}
    #graph text.pending{opacity:0}
    #graph .node.highlighted.subject .box{stroke-width:3.5}
    #graph .node.highlighted .detail{fill:var(--text)}
    #graph text.flowing{fill:var(--accent)!important;font-weight:700}
    #graph .edge.highlighted path:not(.arrow){stroke-width:2.5;stroke-dasharray:7 4;animation:flow .7s linear infinite}
    #graph .edge.highlighted .detail{fill:var(--accent);font-weight:700}
    #graph[data-kind=backward] .edge.highlighted path:not(.arrow){animation-direction:reverse}
    @keyframes flow{to{stroke-dashoffset:-22}}
    @media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
    [data-kind=forward]{--accent:var(--forward);--accent-ground:var(--forward-ground)}
    [data-kind=backward]{--accent:var(--backward);--accent-ground:var(--backward-ground)}

    """

  private static let steps = """
    .part:first-child h2{margin-top:1rem}
    .step{position:relative;margin:.6rem 0;padding:.7rem 1rem .6rem 1.1rem;background:var(--raised);
    border:1px solid var(--rule);border-radius:10px}
    .step.current{background:var(--accent-ground);border-color:var(--accent);box-shadow:inset 4px 0 0 var(--accent)}
    .js .step{cursor:pointer}
    .step h3{display:flex;flex-wrap:wrap;align-items:baseline;gap:.2rem .7rem;margin:0 0 .25rem;
    font-size:1rem;font-weight:600}
    .step h3 math{font-size:1.3em}
    .step h3 a{display:inline-flex;align-items:baseline;gap:.7rem;text-decoration:none}
    .number{min-width:1.6rem;color:var(--accent);font-variant-numeric:tabular-nums}
    .step .rule{color:var(--accent);font-size:.85rem;font-weight:500}
    summary{cursor:pointer;color:var(--muted);font-size:.9rem}

    """

  private static let sections = """
    .results{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,32rem),1fr));
    gap:0 clamp(1.5rem,3vw,3rem)}
    .section{min-width:0;border-top:1px solid var(--rule);margin-top:2.5rem}
    .section h2{margin-top:1.5rem}
    table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.92rem}
    th,td{padding:.35rem .9rem;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap}
    th{font-weight:600;color:var(--muted)}
    th:first-child,td:first-child{text-align:left;padding-left:.2rem}
    table.wrong td{color:var(--bad);background:var(--bad-ground);font-weight:600}

    """

  /// One column: the graph stays above the steps.
  private static let narrow = """
    @media (max-width:50rem){
    h1{font-size:1.4rem}
    header{padding-top:1.2rem}
    .split{display:block}
    .panel{position:static;max-height:none;margin:0 -1rem;padding:.5rem 1rem;background:var(--ground)}
    #graph{height:36svh;min-height:11rem;max-height:26rem}
    .js .panel{position:sticky;z-index:2;border-bottom:1px solid var(--rule)}
    .js .legend,.js .zoom,.keys{display:none}
    .js #now{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
    .panel .bar{order:1}
    .bar .space{display:none}
    .bar .move{flex:1}
    html.js{scroll-padding-top:calc(max(11rem,min(36svh,26rem)) + 5rem)}
    .step{padding:.6rem .7rem}
    .formula{padding-left:1.2em;text-indent:-1.2em}
    }

    """

  private static let print = """
    @media print{
    :root{color-scheme:light}
    body{font-size:10pt}
    .split,.results{display:block}
    .panel{position:static;max-height:none}
    #graph{border:0;overflow:visible;height:auto;max-height:none}
    #graph .descent-picture{width:auto!important;max-width:100%!important}
    .bar,.skip,#now,#scheme{display:none!important}
    .step{break-inside:avoid}
    .source{max-height:none}
    .scrolls{overflow:visible}
    details::details-content{content-visibility:visible;block-size:auto}
    }
    """
}
