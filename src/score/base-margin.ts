// XGBoost stores its intercept as a probability and adds it to the trees as a float32 margin, -logf(1 / p - 1). To start
// the sum on the same bit, the float32 logarithm here is the one of the C library that XGBoost calls: glibc 2.27 and later
// use `logf` of Arm's Optimized Routines (S. Nagy, copyright 2017-2018 Arm Limited, MIT licence), 16 table entries and a
// cubic in double precision. A correctly rounded logarithm differs from it in one intercept out of 300.

const INVERSE = Float64Array.of(
  1.398907162146528,
  1.3403141896637998,
  1.286432210124115,
  1.2367150214269895,
  1.1906977166711752,
  1.1479821020556429,
  1.1082251448272158,
  1.0711297413057381,
  1.036437278977283,
  1,
  0.9492859795739057,
  0.8951049428609004,
  0.8476821620351103,
  0.8050314851692001,
  0.7664671008843108,
  0.731428603316328,
);
const LOG = Float64Array.of(
  -0.33569133332882284,
  -0.2929040563774074,
  -0.2518726580937369,
  -0.21245868807117255,
  -0.17453945183745634,
  -0.1380057072319758,
  -0.10275976698545139,
  -0.06871392447020525,
  -0.0357891387398228,
  0,
  0.05204517742929496,
  0.11081431298787942,
  0.1652495223695143,
  0.21687389031699977,
  0.2659635028121397,
  0.3127556664073557,
);
const CUBIC = [-0.25089342214237154, 0.333456765744066, -0.4999997485802103] as const;
const OFFSET = 0x3f330000;

/** Lowest and highest intercept that is read: XGBoost clamps what lies outside. */
export const BASE_SCORE_LEAST = 1e-6;
export const BASE_SCORE_MOST = 1 - 1e-6;

/** Float32 margin of a float32 probability from `BASE_SCORE_LEAST` to `BASE_SCORE_MOST`, as XGBoost 3.2 computes it. */
export function baseMargin(probability: number): number {
  return 0 - logFloat32(Math.fround(Math.fround(1 / Math.fround(probability)) - 1));
}

// `x` is a normal, positive float32.
function logFloat32(x: number): number {
  const float = Float32Array.of(x);
  const bits = new Int32Array(float.buffer);
  const shifted = (bits[0]! - OFFSET) | 0;
  const entry = (shifted >>> 19) & 15;
  const exponent = shifted >> 23;
  bits[0] = bits[0]! - (shifted & 0xff800000);
  const r = float[0]! * INVERSE[entry]! - 1;
  const start = LOG[entry]! + exponent * Math.LN2;
  const r2 = r * r;
  return Math.fround((CUBIC[0] * r2 + (CUBIC[1] * r + CUBIC[2])) * r2 + (start + r));
}
