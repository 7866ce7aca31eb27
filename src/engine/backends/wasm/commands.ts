/**
 * The command table: the one interface between the planner (TypeScript) and the kernels (AssemblyScript).
 *
 * A plan is a list of 128-byte records in shared memory: word 0 = opcode (position in this table + 1), words 1.. = the
 * arguments in the order given here, word 31 = flags (below the table). `scripts/build-kernels.mjs` reads this object
 * literal (keep it plain: strings, arrays, comments) and generates one AssemblyScript record class per command and the switch that calls
 * the exported function of the same name in `kernels/*.ts`:
 *
 *   export function fill(record: usize, part: i32, parts: i32): void {
 *     const c = changetype<FillCommand>(record)      // import { FillCommand } from './generated/commands'
 *
 * Conventions: arguments are i32 unless written `'name: f32'` (then `writeCommand` takes the float and the record field
 * is an f32). Addresses, strides and sizes named ...Stride/Row/Image/Step/Pixel/Bytes are BYTES, counts are elements.
 * Tensors are f32, row-major, NHWC, 64-byte aligned. Kernels may read (not write) up to 64 bytes past a buffer's end.
 * A kernel computes one part of so many of its command, and parts depend on nobody: results
 * never depend on the number of threads.
 */
export const commands = {
  // ── tiles, products, data movement ──────────────────────────────────────────────────────────────────────────────
  /** dst[0..count) = value */
  fill: ['dst', 'count', 'value: f32'],
  /** dst[0..bytes) = staging slot of the job, from slotOffset. */
  fetch: ['dst', 'slotOffset', 'bytes'],
  /** Staging slot of the job, from slotOffset = src[0..bytes). */
  emit: ['src', 'slotOffset', 'bytes'],
  /** `rows` rows of rowBytes; any sizes, no overlap. */
  copy2d: ['src', 'dst', 'rows', 'rowBytes', 'srcStride', 'dstStride'],
  /**
   * NHWC [N][H][W][C] into zeros [N][dstH][dstW][C] at (top, left), borders written every time. Parts outside are cut
   * off, so it also crops (negative top, left). srcRow, srcImage: 0 = dense, else the source lies inside something larger.
   */
  padCopy: ['src', 'dst', 'N', 'H', 'W', 'C', 'dstH', 'dstW', 'top', 'left', 'srcRow', 'srcImage'],
  /** B [K][N], rows `stride` bytes apart -> panels [ceil(N/16)][K][16], zero-filled. Convolutions: K = KH*KW*Ci, N = Co. */
  packB: ['src', 'dst', 'K', 'N', 'stride'],
  /** The same from B transposed: src [N][K], rows `stride` bytes apart. */
  packBt: ['src', 'dst', 'K', 'N', 'stride'],
  /**
   * Weights [KH][KW][Ci][Co] for one phase of the input gradient (`convolution.ts`): flipped and transposed taps ky =
   * phaseY + strideY t, kx = phaseX + strideX u -> panels [ceil(Ci/16)][tapsY*tapsX*Co][16].
   */
  packConvFlip: ['src', 'dst', 'KH', 'KW', 'Ci', 'Co', 'phaseY', 'phaseX', 'strideY', 'strideX'],
  /**
   * C = A B for each of `batch` products (aBatch, bBatch, cBatch bytes apart; 0 = the same one), K >= 1.
   * aMode 0: A(i,k) at a + i*aStride + 4k; 1 (transposed): at a + k*aStride + 4i.
   * bMode 0: panels of packB/packBt (bStride ignored); 1: raw rows [K][N], bStride bytes apart.
   * mode 0 store | 1 add to C | 2 bias + relu | 3 bias | 6 add to C, then relu. bias: [N] (0 when unused).
   * Kc: 0, or sums are cut into blocks of Kc (a constant of the op: it changes the bits). Packed B: 0 is best. Raw B: 256
   * (with Kc or K at most 256 panels are gathered on the way, and it runs at the speed of packed B without packB).
   */
  // biome-ignore format: groups
  gemm: ['a', 'aStride', 'aMode', 'b', 'bMode', 'bStride', 'c', 'cStride', 'M', 'N', 'K', 'Kc', 'mode', 'bias',
    'batch', 'aBatch', 'bBatch', 'cBatch'],
  /**
   * out(n,y,x,:) = sum over ky < KH, r < K of input[n*inImage + y*inYStep + x*inXStep + ky*inRow + 4r] * B[ky*K + r][:],
   * with K = KW*Ci: `input` is zero-bordered (padCopy), inXStep = strideX*Ci*4, inYStep = strideY*inRow. packedB: panels of
   * packB of [KH*K][Co]. The output's own strides let it lie inside something larger. mode, bias as in gemm. Serves the
   * forward pass and each phase of the input gradient: see `convolution.ts`.
   */
  // biome-ignore format: groups
  conv: ['input', 'inXStep', 'inRow', 'inImage', 'KH', 'K', 'inYStep', 'packedB', 'out', 'outPixel', 'outRow',
    'outImage', 'outH', 'outW', 'Co', 'images', 'mode', 'bias'],
  /**
   * partials[s][ky*K + r][co] = sum over the images of slice s of input(...as in conv...) * dy[n*dyImage + y*dyRow +
   * x*dyPixel + 4 co]. slices: `convWeightGradSlices` (fixed by the shape); with one slice partials is the gradient, else
   * reduceSlices must follow.
   */
  // biome-ignore format: groups
  convWeightGrad: ['input', 'inXStep', 'inYStep', 'inRow', 'inImage', 'KH', 'K', 'dy', 'dyPixel', 'dyRow', 'dyImage',
    'outH', 'outW', 'Co', 'images', 'partials', 'slices'],
  /**
   * A convolution of every channel by itself; as `conv`, but tap (ky, kx) of channel 0 is at weights + ky*weightRow +
   * kx*weightTap (in phases of the input gradient these are negative: the window is flipped). No packing.
   */
  // biome-ignore format: groups
  depthwise: ['input', 'inXStep', 'inRow', 'inImage', 'KH', 'KW', 'inYStep', 'weights', 'weightRow', 'weightTap',
    'out', 'outPixel', 'outRow', 'outImage', 'outH', 'outW', 'C', 'images', 'mode', 'bias'],
  /** partials[s][ky][kx][c] = sum over the images of slice s of input(..) * dy (dense); slices as in convWeightGrad. */
  // biome-ignore format: groups
  depthwiseWeightGrad: ['input', 'inXStep', 'inYStep', 'inRow', 'inImage', 'KH', 'KW', 'dy', 'outH', 'outW', 'C',
    'images', 'partials', 'slices'],
  /**
   * Convolution 3x3, stride 1, by Winograd's F(points x points, 3x3), points 4 or 2: dense src [images][H][W][Ci], zeros
   * outside it, output (0, 0) at input (-top, -left). weights: of winogradWeights. scratch: scratchBytes per thread for
   * `block` tiles (`winograd.ts`). mode: 0 store | 2 bias + relu | 3 bias.
   */
  // biome-ignore format: groups
  winograd: ['points', 'src', 'H', 'W', 'Ci', 'top', 'left', 'weights', 'xiBytes', 'out', 'outH', 'outW', 'Co',
    'images', 'mode', 'bias', 'scratch', 'scratchBytes', 'block'],
  /** src: panels of packB ([9*K][N]) or packConvFlip -> transformed weights [xi][panels][K][16], xi xiBytes apart. */
  winogradWeights: ['points', 'src', 'dst', 'K', 'panels', 'xiBytes'],
  /**
   * dst [xi][tiles][C, rounded up to 8]: transformed tiles of src from number firstTile on (tilesY * tilesX per picture),
   * (points + 2)^2 pixels each, the first at (-top, -left), zeros outside; tiles tileBytes apart, xi xiBytes.
   */
  // biome-ignore format: groups
  winogradInput: ['points', 'src', 'H', 'W', 'C', 'top', 'left', 'tilesY', 'tilesX', 'firstTile', 'tiles', 'dst',
    'tileBytes', 'xiBytes'],
  /** The same of the gradient of the output [H][W][C], points^2 pixels each: the other factor of the weight gradient. */
  // biome-ignore format: groups
  winogradGradient: ['points', 'src', 'H', 'W', 'C', 'tilesY', 'tilesX', 'firstTile', 'tiles', 'dst', 'tileBytes',
    'xiBytes'],
  /** dst [9][count] = the weight gradient of src [xi][count], that of the transformed weights; xi xiBytes apart. */
  winogradWeightGrad: ['points', 'src', 'dst', 'count', 'xiBytes'],
  /** dst = sum of src [slices][count] in order (+ dst when accumulate is 1). */
  reduceSlices: ['src', 'dst', 'slices', 'count', 'accumulate'],
  // ── elementwise and broadcasting ────────────────────────────────────────────────────────────────────────────────
  // `kind` is a position in `kinds.ts`: unaryKinds, binaryKinds, reduceKinds, optimizerKinds.
  /** dst = f(src). alpha, beta: slope (leakyRelu), factor and summand (affine), bounds (clip). dst may be src. */
  unary: ['kind', 'src', 'dst', 'count', 'alpha: f32', 'beta: f32'],
  /** dx = dy * f'. ref: OUTPUT for relu, leakyRelu, sigmoid, tanh, exp, sqrt, reciprocal (any for affine), else INPUT. */
  unaryGrad: ['kind', 'dy', 'ref', 'dx', 'count', 'alpha: f32', 'beta: f32'],
  /** dst = a op b, equal shapes. dst may be a or b. */
  binary: ['kind', 'a', 'b', 'dst', 'count'],
  /** dst[r][c] = a[r][c] op b[c]. */
  binaryRow: ['kind', 'a', 'b', 'dst', 'rows', 'cols'],
  /** dst[r][c] = a[r][c] op b[r]. */
  binaryColumn: ['kind', 'a', 'b', 'dst', 'rows', 'cols'],
  /** Any broadcast. d0..d4: output shape (leading ones for lower ranks); aS*, bS*: strides in ELEMENTS, 0 = repeated. */
  // biome-ignore format: one line per group reads better
  binaryBroadcast: ['kind', 'a', 'b', 'dst', 'd0', 'd1', 'd2', 'd3', 'd4',
    'aS0', 'aS1', 'aS2', 'aS3', 'aS4', 'bS0', 'bS1', 'bS2', 'bS3', 'bS4'],
  /** dst += src. */
  accumulate: ['src', 'dst', 'count'],

  // ── reductions, transpose, gather ───────────────────────────────────────────────────────────────────────────────
  /**
   * [outer][mid][inner] -> [outer][inner]. slices 1: the result goes to dst. Otherwise slice s of mid goes to
   * partials[s][outer][inner] (raw sums for mean) and reduceCombine must follow. `slices.ts` chooses slices.
   */
  reduce: ['kind', 'src', 'dst', 'outer', 'mid', 'inner', 'partials', 'slices'],
  /** dst[count] = partials[slices][count] combined in order; for mean divided by mid. */
  reduceCombine: ['kind', 'partials', 'dst', 'slices', 'count', 'mid'],
  /** partials[slices] = sums of squares of fixed slices of src. */
  sumSquares: ['src', 'count', 'partials', 'slices'],
  /**
   * Clipping by global norm over the partials of sumSquares: norm[0] = sqrt(sum), scale[0] = min(1, max / (norm + 1e-6))
   * with max at maxNorm (0 = no clipping). Sets flag[0] (i32) to 1 when the norm is not finite (address 0: no flag).
   */
  gradientScale: ['partials', 'count', 'maxNorm', 'norm', 'scale', 'flag'],
  /** flag[0] (i32) = 1 if any element is NaN or infinite; else unchanged. */
  nonFinite: ['src', 'count', 'flag'],
  /** d0..d4: output shape (leading ones); s0..s4: the source's strides along the output's axes, ELEMENTS. */
  transpose: ['src', 'dst', 'd0', 'd1', 'd2', 'd3', 'd4', 's0', 's1', 's2', 's3', 's4'],
  /** dst[i] = src[ids[i]], rows of `width` f32; an id outside 0..limit-1 gives zeros. */
  rowGather: ['src', 'dst', 'ids', 'rows', 'width', 'limit'],
  /** dst[i][c] = ids[i] == c ? 1 : 0. */
  oneHot: ['ids', 'dst', 'rows', 'cols'],

  // ── pooling (NHWC) ──────────────────────────────────────────────────────────────────────────────────────────────
  // top, left: padding (never wins, never counts unless asked). Row and Image strides in BYTES let the padded side be
  // the interior of a larger buffer; 0 = dense.
  /** index: i32 [N][outH][outW][C], position ky*kw+kx of the largest (the first of equals; NaN wins); 0 = not kept. */
  // biome-ignore format: groups
  maxPool: ['src', 'dst', 'index', 'N', 'H', 'W', 'C', 'outH', 'outW', 'kh', 'kw', 'sy', 'sx', 'top', 'left',
    'srcRow', 'srcImage', 'dstRow', 'dstImage'],
  /** Windows may overlap. y: the pool's output, 0 or address: no gradient where y <= 0 (a ReLU before or behind). */
  // biome-ignore format: groups
  maxPoolGrad: ['dy', 'index', 'y', 'dx', 'N', 'H', 'W', 'C', 'outH', 'outW', 'kh', 'kw', 'sy', 'sx', 'top', 'left',
    'dxRow', 'dxImage'],
  /** countPadding 1: divides by kh*kw; 0: by the positions inside the picture. */
  // biome-ignore format: groups
  avgPool: ['src', 'dst', 'N', 'H', 'W', 'C', 'outH', 'outW', 'kh', 'kw', 'sy', 'sx', 'top', 'left', 'countPadding',
    'srcRow', 'srcImage', 'dstRow', 'dstImage'],
  // biome-ignore format: groups
  avgPoolGrad: ['dy', 'dx', 'N', 'H', 'W', 'C', 'outH', 'outW', 'kh', 'kw', 'sy', 'sx', 'top', 'left', 'countPadding',
    'dxRow', 'dxImage'],

  // ── softmax and losses ──────────────────────────────────────────────────────────────────────────────────────────
  softmax: ['src', 'dst', 'rows', 'cols'],
  softmaxGrad: ['dy', 'y', 'dx', 'rows', 'cols'],
  logSoftmax: ['src', 'dst', 'rows', 'cols'],
  /** y: the output of logSoftmax. */
  logSoftmaxGrad: ['dy', 'y', 'dx', 'rows', 'cols'],
  /**
   * labelKind 0: i32 ids [rows] (an id outside 0..cols-1 ignores the row: loss and gradient 0); 1: f32 rows [rows][cols].
   * Targets are (1 - smoothing) * label + smoothing / cols. loss: [rows]. probs may be 0 (not kept).
   */
  softmaxCrossEntropy: ['logits', 'labels', 'labelKind', 'smoothing: f32', 'probs', 'loss', 'rows', 'cols'],
  /** dlogits = (probs * sum(targets) - targets) * dy[row]. */
  softmaxCrossEntropyGrad: ['probs', 'labels', 'labelKind', 'smoothing: f32', 'dy', 'dlogits', 'rows', 'cols'],
  /** loss = max(x, 0) - x * target + log(1 + exp(-|x|)), element by element. */
  binaryCrossEntropy: ['logits', 'targets', 'loss', 'count'],
  /** dlogits = (sigmoid(x) - target) * dy. */
  binaryCrossEntropyGrad: ['logits', 'targets', 'dy', 'dlogits', 'count'],
  /** dst[row] = 1 if the largest logit (first of equals) is the label's, else 0; also 0 for a NaN row or an ignored id. */
  correct: ['logits', 'labels', 'labelKind', 'dst', 'rows', 'cols'],

  // ── dropout, normalisation ──────────────────────────────────────────────────────────────────────────────────────
  /** y = x * mask / (1 - rate); the same command on dy is its gradient. seed: address of i32 seed, step. salt: the layer. */
  dropout: ['src', 'dst', 'count', 'rate: f32', 'seed', 'salt'],
  /** partials: [slices][2][C]: mean and sum of squared deviations of each slice of rows. */
  batchNormStats: ['x', 'rows', 'C', 'partials', 'slices'],
  /** Combines the slices (Chan) into mean [C] and biased variance [C]. */
  batchNormFinish: ['partials', 'slices', 'rows', 'C', 'mean', 'variance'],
  /** y = gamma * (x - mean) / sqrt(variance + eps) + beta (+ residual unless 0), then ReLU if asked. */
  // biome-ignore format: groups
  batchNormApply: ['x', 'mean', 'variance', 'gamma', 'beta', 'y', 'rows', 'C', 'eps: f32', 'relu', 'residual'],
  /** partials: [slices][2][C]: sums of dy and of dy * (x - mean). y: 0, or the output: dy counts only where y > 0. */
  batchNormGradReduce: ['x', 'dy', 'y', 'mean', 'rows', 'C', 'partials', 'slices'],
  /** dbeta = sum dy, dgamma = sum dy * xhat. */
  batchNormGradFinish: ['partials', 'slices', 'C', 'variance', 'eps: f32', 'dgamma', 'dbeta'],
  /** dx. training 1: batch statistics; 0: fixed ones (dx = dy * gamma / std). dresidual: 0, or where masked dy goes. */
  // biome-ignore format: groups
  batchNormGradApply: ['x', 'dy', 'y', 'mean', 'variance', 'gamma', 'dgamma', 'dbeta', 'dx', 'rows', 'C', 'eps: f32',
    'training', 'dresidual'],
  /** dst = momentum * dst + (1 - momentum) * factor * src; nothing when flag[0] is set (address 0: always). */
  movingAverage: ['src', 'dst', 'count', 'momentum: f32', 'factor: f32', 'flag'],

  // ── recurrent layers ────────────────────────────────────────────────────────────────────────────────────────────
  /**
   * A recurrent layer over x [B][T][I]. cell: 0 tanh, 1 relu, 2 lstm (i f g o), 3 gru (z r n); N = 1, 1, 4, 3 times H.
   * h, extra (the cell, or h Un + rn) [B][T][H]; for recurrentBackward alone the activated gates in tiles of six rows (the
   * last may have fewer) [tile][T][row][N]. keeps 0: nobody reads gates and extra, room for the steps of a block
   * [tile][block][row][..] will do. block: steps whose x W are computed at one go. packedW, packedU: panels (gru: U's
   * first 2H columns, packedCandidate: the rest). lengths: i32 [B] or 0. zeros: H zeros. reverse 1: from the last step.
   */
  // biome-ignore format: groups
  recurrentForward: ['cell', 'x', 'packedW', 'bias', 'gates', 'h', 'extra', 'packedU', 'packedCandidate', 'recurrentBias',
    'lengths', 'zeros', 'B', 'T', 'I', 'H', 'reverse', 'keeps', 'block'],
  /**
   * dx [B][T][I] (0: not wanted) and, for each slice of the tiles, the sums dW [slices][I][N], dU [slices][H][N], dBias
   * [slices][N] and, of a gru (else 0), dRecurrentBias [slices][N]; with one slice they are the gradients, else reduceSlices
   * must follow. slices: fixed by the shape. packedUt, packedWt: panels of the transposed, N by H and N by I. scratch:
   * scratchBytes for each thread: 6 T N floats (of a gru twice), and 12 H.
   */
  // biome-ignore format: groups
  recurrentBackward: ['cell', 'dh', 'x', 'gates', 'h', 'extra', 'packedUt', 'packedWt', 'dx', 'dW', 'dU', 'dBias',
    'dRecurrentBias', 'slices', 'scratch', 'scratchBytes', 'lengths', 'zeros', 'B', 'T', 'I', 'H', 'reverse'],

  // ── parameter updates, pictures ─────────────────────────────────────────────────────────────────────────────────
  /**
   * hyper: address of the block of `ops/optimizerHyper.ts`. scale: address of a factor for the gradient, 0 = 1.
   * flag: nothing happens when flag[0] (i32) is set, 0 = always. States not used by the kind: 0.
   */
  // biome-ignore format: groups
  optimize: ['kind', 'param', 'grad', 'state1', 'state2', 'state3', 'count', 'hyper', 'scale', 'flag'],
  /** dst = src (u8) * scale[c] + shift[c]. */
  pictures: ['src', 'dst', 'count', 'channels', 'scale', 'shift'],
  /**
   * Random moves of u8 pictures as in `ops/augmentPicture.ts`, then * scale[c] + shift[c]. index: i32 per image (which
   * example it is). seed: address of i32 seed, epoch. settings: address of the f32 block described there.
   */
  // biome-ignore format: groups
  augment: ['src', 'dst', 'images', 'H', 'W', 'C', 'index', 'seed', 'settings', 'scale', 'shift'],

  // ── measuring ───────────────────────────────────────────────────────────────────────────────────────────────────
  /** Multiplies and adds in registers, `rounds` times 12 vectors of 8 (wide) or 4 (narrow) floats on every thread. */
  fmaPeak: ['rounds'],
} as const

export type CommandName = keyof typeof commands
type ArgumentName<T extends string> = T extends `${infer N}: f32` ? N : T
/** Named arguments of a command, all numbers. */
export type CommandArguments<C extends CommandName> = Record<ArgumentName<(typeof commands)[C][number]>, number>

/** Bytes of one record. */
export const RECORD_BYTES = 128
/** Flag: the next command is independent of this one, so no barrier is needed between them. */
export const NO_BARRIER = 1
/** Flags from bit 8 on: every thread's share is cut into so many pieces (only of a command with a barrier behind it). */
export const inPieces = (each: number): number => each << 8

interface Field {
  name: string
  float: boolean
}

const names = Object.keys(commands) as CommandName[]
const opcodes = new Map<CommandName, number>(names.map((name, i) => [name, i + 1]))
const fields = new Map<CommandName, Field[]>(
  names.map(name => [
    name,
    commands[name].map((a: string) => ({ name: a.replace(/:.*$/, ''), float: a.endsWith(': f32') })),
  ]),
)

export function opcodeOf(name: CommandName): number {
  return opcodes.get(name)!
}

/**
 * Writes one record.
 *
 * @param buffer the engine's memory
 * @param address of the record, a multiple of 4
 * @throws Error when an argument is missing, unknown or not a finite number
 */
export function writeCommand<C extends CommandName>(
  buffer: ArrayBufferLike,
  address: number,
  name: C,
  values: CommandArguments<C>,
  flags = 0,
): void {
  const words = new Int32Array(buffer, address, RECORD_BYTES / 4)
  const floats = new Float32Array(buffer, address, RECORD_BYTES / 4)
  const list = fields.get(name)
  if (!list) throw new Error(`unknown command "${name}"`)
  const given = values as Record<string, number>
  words.fill(0)
  words[0] = opcodes.get(name)!
  list.forEach((field, i) => {
    const value = given[field.name]
    if (field.float && typeof value === 'number') floats[i + 1] = value
    else if (Number.isInteger(value)) words[i + 1] = value
    else throw new Error(`command ${name}: argument "${field.name}" must be an integer, got ${value}`)
  })
  if (Object.keys(given).length !== list.length) {
    const extra = Object.keys(given).filter(key => !list.some(field => field.name === key))
    throw new Error(`command ${name}: unknown argument "${extra.join('", "')}"`)
  }
  words[RECORD_BYTES / 4 - 1] = flags
}

/** Fingerprint of the table; the compiled kernels export theirs, and a difference means a stale build. */
export function tableFingerprint(): number {
  let hash = 0x811c9dc5
  const text = JSON.stringify(commands)
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
