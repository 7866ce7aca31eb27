/** How digits and letters become one set of 36 classes. */
export interface GlyphOptions {
  /**
   * `honest` (default): all framed alike, ink box 20 x 20, centre of mass in the middle. `paper`: as they come, digits
   * centred by mass and letters by their bounding box, which helps to tell 0 from O without a look at the shape. The greys of the
   * two sources differ in both.
   */
  framing?: 'honest' | 'paper'
  /** Pictures of a class at most. Default 2,000. */
  cap?: number
  /** Shares of training, validation and test. Default 0.62, 0.28, 0.1. */
  shares?: readonly [number, number, number]
  /**
   * Where the letters come from: Kaggle's file of 372,450, or the files cut from NIST SD19 (with the sample of Kaggle's).
   * Default: Kaggle's where it is there.
   */
  letters?: 'kaggle' | 'sd19'
  /** Of the draw and the split. Default 0. */
  seed?: number
}
