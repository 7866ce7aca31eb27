/** The page of `inkling cluster`: a map by cluster and by label, the mean picture of each cluster, what lies in it. */
import { exampleAt, labelAt } from '../data/dataset.ts'
import type { Clustering } from '../training/clustering.ts'
import { groupColour, scatterChart } from './charts/scatter.ts'
import { count, decimal, duration, percent, plural } from './format.ts'
import { type Html, html, trusted } from './html.ts'
import { renderPage } from './page/shell.ts'
import { pictureShape } from './pictures.ts'
import { sprite } from './sprite.ts'

export interface ClusterPageFacts {
  title: string
  /** ISO 8601. */
  made: string
  /** The run whose features were clustered. */
  run?: string
  source: string
  warnings: readonly string[]
}

/** One page that needs nothing else. */
export function renderClusters(found: Clustering, facts: ClusterPageFacts): string {
  const { dataset, k, method, seed } = found
  const what = found.on === 'pixels' ? `${found.columns} values each` : `${found.columns} features, ${found.on}`
  return renderPage({
    mark: `inkling clusters, ${facts.made.slice(0, 16).replace('T', ' ')}`,
    title: facts.title,
    about: html`${count(dataset.length)} examples of ${dataset.name} (${what}) in ${k} clusters by ${
      method === 'kmeans' ? 'k-means' : 'mini-batch k-means'
    }, seed ${seed}${facts.run !== undefined && html`; run ${facts.run}`}`,
    body: html`${facts.warnings.length > 0 && html`<ul class="warn">${facts.warnings.map(w => html`<li>${w}</li>`)}</ul>`}
${headline(found)}
${maps(found)}
${members(found)}
${contingency(found)}`,
    style,
  })
}

const style = `
.scores { margin-top: 34px; }
.means { display: grid; grid-template-columns: repeat(auto-fill, minmax(150px, 1fr)); gap: 14px; margin: 20px 0 0; padding: 0; list-style: none; }
.means > li { display: flex; gap: 12px; align-items: center; padding: 11px; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; border-left: 5px solid var(--c); }
.means .mean { flex: none; width: 56px; height: 56px; border-radius: 6px; background: #000 no-repeat; image-rendering: pixelated; }
.counts th, .counts td { padding: 6px 10px; }
.counts td.most { font-weight: 600; }
.counts td { background: color-mix(in oklab, var(--accent) var(--p), var(--surface)); }
.counts .none { background: none; }
@media (max-width: 720px) { .means { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 10px; } }
`

function headline({ scores, inertia, iterations, converged, method, seconds }: Clustering): Html {
  const cells: [string, string, string][] = [
    ...(scores
      ? ([
          ['purity', percent(scores.purity), 'share that is of its cluster’s most frequent class'],
          ['NMI', decimal(scores.nmi), 'normalised mutual information, 1 is full agreement'],
          ['ARI', decimal(scores.ari), 'adjusted Rand index: pairs, 0 is chance'],
        ] as [string, string, string][])
      : []),
    ['inertia', count(inertia), 'sum of squared distances to the centres'],
    [
      method === 'kmeans' ? 'rounds' : 'steps',
      count(iterations),
      converged ? 'came to rest' : 'stopped before it came to rest',
    ],
    ['time', duration(seconds), 'with the map'],
  ]
  return html`<dl class="facts scores">${cells.map(
    ([name, value, note]) =>
      html`<div><dt>${name}</dt><dd class="value">${value}</dd><dd class="small">${note}</dd></div>`,
  )}</dl>`
}

function maps({ map, dataset, clusters, k }: Clustering): Html | false {
  if (!map) return false
  const { positions, points } = map
  const { classes } = dataset
  const own = Array.from(positions, i => clusters[i])
  const labels = dataset.labels && Array.from(positions, i => labelAt(dataset, i))
  const tip = (i: number) =>
    `example ${positions[i] + 1}: ${labels ? `${classes[labels[i]]}, ` : ''}cluster ${own[i] + 1}`
  const byCluster = scatterChart(points, own, {
    name: 'map-clusters',
    description: 'Map of the examples, coloured by cluster',
    names: Array.from({ length: k }, (_, c) => String(c + 1)),
    tip,
  })
  const byLabel =
    labels &&
    scatterChart(points, labels, {
      name: 'map-labels',
      description: 'The same map, coloured by true class',
      names: classes,
      tip,
    })
  return html`<section aria-labelledby="map"><h2 id="map">A map of the examples</h2>
<p class="say">${plural(positions.length, 'example')} laid out so that near ones stay near (UMAP on 50 principal components).
The axes mean nothing, nor do distances between islands. The numbers on the ${labels ? 'first are clusters; the second shows the true classes' : 'map are clusters'}.</p>
<div class="grid ${byLabel ? 'two' : ''}"><div class="card"><h3>by cluster</h3>${trusted(byCluster)}</div>
${byLabel && html`<div class="card"><h3>by class</h3>${trusted(byLabel)}</div>`}</div></section>`
}

/** Mean pictures of the clusters, 0..255; undefined where examples are none. */
export function meanPictures({ dataset, clusters, k }: Clustering): Uint8Array | undefined {
  const shape = pictureShape(dataset.shape)
  if (!shape) return undefined
  const size = shape.height * shape.width * shape.channels
  const sums = new Float64Array(k * size)
  const sizes = new Float64Array(k)
  const factor = dataset.features instanceof Uint8Array ? 1 : 255
  for (let i = 0; i < dataset.length; i++) {
    const values = exampleAt(dataset, i)
    sizes[clusters[i]]++
    for (let j = 0; j < size; j++) sums[clusters[i] * size + j] += factor * values[j]
  }
  return Uint8Array.from(sums, (sum, i) =>
    Math.max(0, Math.min(255, Math.round(sum / (sizes[Math.floor(i / size)] || 1)))),
  )
}

function members(found: Clustering): Html {
  const { dataset, k, table } = found
  const pictures = meanPictures(found)
  const shape = pictureShape(dataset.shape)
  const sheet = pictures && shape && sprite(pictures, k, shape)
  const picture = (c: number) => {
    if (!sheet) return false
    const at = (n: number, of: number) => (of > 1 ? (100 * n) / (of - 1) : 0)
    const place = `${at(c % sheet.columns, sheet.columns)}% ${at(Math.floor(c / sheet.columns), sheet.rows)}%`
    return html`<span class="mean" style="background-image:${trusted(`url(${sheet.uri})`)};background-size:${sheet.columns * 100}% ${sheet.rows * 100}%;background-position:${place}"></span>`
  }
  return html`<section aria-labelledby="members"><h2 id="members">The clusters</h2>
<p class="say">${sheet ? 'The mean picture of each cluster, ' : ''}${sheet ? 'how' : 'How'} many examples it holds${dataset.labels && ', and the class that is most frequent in it'}.</p>
<ul class="means">${table.map((row, c) => {
    const all = row.reduce((a, b) => a + b, 0)
    const best = row.indexOf(Math.max(...row))
    return html`<li style="--c:${trusted(groupColour(c))}">${picture(c)}<div><b>${c + 1}</b><p class="small">${plural(all, 'example')}${
      dataset.labels && all > 0 && html`<br>${percent(row[best] / all, 1)} ${dataset.classes[best]}`
    }</p></div></li>`
  })}</ul></section>`
}

function contingency({ dataset, table }: Clustering): Html | false {
  if (!dataset.labels) return false
  const { classes } = dataset
  const most = Math.max(1, ...table.flat())
  return html`<section aria-labelledby="table"><h2 id="table">What lies where</h2>
<p class="say">Rows are clusters, columns true classes; the largest number of each row is bold.</p>
<div class="card" style="margin-top:20px"><div class="scroll" tabindex="0" role="region" aria-label="Clusters against classes"><table class="counts"><thead><tr><th scope="col">cluster</th>${classes.map(c => html`<th scope="col">${c}</th>`)}</tr></thead>
<tbody>${table.map((row, c) => {
    const best = Math.max(...row)
    return html`<tr><th scope="row">${c + 1}</th>${row.map(
      n =>
        html`<td class="${n === 0 ? 'none' : n === best ? 'most' : ''}" style="--p:${((60 * n) / most).toFixed(1)}%">${n === 0 ? '' : count(n)}</td>`,
    )}</tr>`
  })}</tbody></table></div></div></section>`
}
