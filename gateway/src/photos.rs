//! Pictures from residents: drawn anew as a plain JPEG, so that nothing is left
//! in them but what can be seen: no place, no time, no owner's name, no second
//! file behind the first.
//!
//! Pure and slow: call it apart from the tasks that answer. Storing is the
//! store's, showing is the pages'.

use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use std::io::Cursor;

/// Largest file in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Longer side of what is kept, in pixels: a letter can still be read on it.
const SIDE: u32 = 1600;
/// Longest side of what is looked at.
const MOST_SIDE: u32 = 12_000;
/// Pixels of what is looked at; phones take up to fifty million.
const MOST_PIXELS: u64 = 64_000_000;
/// Memory for looking, in bytes.
const MOST_MEMORY: u64 = 300 * 1024 * 1024;
const QUALITY: u8 = 80;

/// Why a file is not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Neither JPEG nor PNG nor WebP, by its first bytes, or broken.
    #[error("not a picture that can be read")]
    Unreadable,
    /// Too many bytes or pixels.
    #[error("a picture too large to look at")]
    TooLarge,
}

/// The picture alone, upright, as a JPEG.
///
/// # Errors
/// [`Unfit`]; a file that claims more than it may is not unpacked.
pub fn clean(file: &[u8]) -> Result<Vec<u8>, Unfit> {
    if file.len() > MOST_BYTES {
        return Err(Unfit::TooLarge);
    }
    let format = image::guess_format(file).map_err(|_| Unfit::Unreadable)?;
    if !matches!(
        format,
        ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP
    ) {
        return Err(Unfit::Unreadable);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(file), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|e| unfit(&e))?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(Unfit::TooLarge);
    }
    let upright = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|e| unfit(&e))?;
    if width.max(height) > SIDE {
        picture = picture.thumbnail(SIDE, SIDE);
    }
    picture.apply_orientation(upright);
    let mut plain = Vec::new();
    JpegEncoder::new_with_quality(&mut plain, QUALITY)
        .encode_image(&picture.to_rgb8())
        .map_err(|e| unfit(&e))?;
    Ok(plain)
}

fn unfit(error: &image::ImageError) -> Unfit {
    match error {
        image::ImageError::Limits(_) => Unfit::TooLarge,
        _ => Unfit::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::{ImageEncoder, RgbImage};

    /// A JPEG as phones write them: EXIF with a place, an owner and a turn by a
    /// quarter, XMP, a comment, and another file behind the end.
    fn told(width: u32, height: u32) -> Vec<u8> {
        let mut plain = Vec::new();
        let picture = RgbImage::from_fn(width, height, |x, _| {
            image::Rgb(if x < width / 2 {
                [250, 10, 10]
            } else {
                [10, 10, 250]
            })
        });
        JpegEncoder::new_with_quality(&mut plain, 90)
            .encode_image(&picture)
            .unwrap();
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
        // Orientation 6, and an owner's name.
        exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0");
        exif.extend(b"\x3b\x01\x02\0\x0f\0\0\0\x26\0\0\0\0\0\0\0");
        exif.extend(b"<script>owner\0\0GPS 34.19N 119.57E\0");
        let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>owner GPS</x:xmpmeta>".to_vec();
        let mut out = plain[..2].to_vec();
        for (marker, body) in [
            (0xe1, exif),
            (0xe1, xmp),
            (0xfe, b"<img onerror=x>".to_vec()),
        ] {
            out.extend([0xff, marker]);
            out.extend(u16::try_from(body.len() + 2).unwrap().to_be_bytes());
            out.extend(body);
        }
        out.extend(&plain[2..]);
        out.extend(b"PK\x03\x04 owner <script>alert(1)</script>");
        out
    }

    fn holds(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    #[test]
    fn nothing_is_left_of_a_picture_but_what_can_be_seen_upright() {
        let told = told(64, 32);
        assert!(holds(&told, b"owner") && holds(&told, b"GPS"));
        let plain = clean(&told).unwrap();
        for part in [
            &b"owner"[..],
            b"GPS",
            b"Exif",
            b"xmp",
            b"<img",
            b"PK",
            b"script",
        ] {
            assert!(!holds(&plain, part), "{}", String::from_utf8_lossy(part));
        }
        let seen = image::load_from_memory_with_format(&plain, ImageFormat::Jpeg).unwrap();
        assert_eq!((seen.width(), seen.height()), (32, 64), "turned upright");
        let top = seen.to_rgb8().get_pixel(16, 8).0;
        assert!(top[0] > 200 && top[2] < 80, "{top:?}");
    }

    #[test]
    fn png_and_webp_become_plain_pictures_and_large_ones_small() {
        let picture = RgbImage::from_pixel(2000, 50, image::Rgb([200, 220, 10]));
        let mut png = Vec::new();
        image::codecs::png::PngEncoder::new(&mut png)
            .write_image(&picture, 2000, 50, image::ExtendedColorType::Rgb8)
            .unwrap();
        let mut webp = Vec::new();
        image::codecs::webp::WebPEncoder::new_lossless(&mut webp)
            .encode(&picture, 2000, 50, image::ExtendedColorType::Rgb8)
            .unwrap();
        for file in [png, webp] {
            let plain = clean(&file).unwrap();
            assert_eq!(image::guess_format(&plain).unwrap(), ImageFormat::Jpeg);
            let seen = image::load_from_memory(&plain).unwrap();
            assert_eq!((seen.width(), seen.height()), (SIDE, 40));
        }
    }

    #[test]
    fn bombs_and_things_that_are_no_pictures_are_refused() {
        // A PNG that claims 60,000 by 60,000 pixels in a few bytes.
        let mut bomb = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        let size = 60_000_u32.to_be_bytes();
        let head = [&size[..], &size[..], &[8, 2, 0, 0, 0][..]].concat();
        bomb.extend(&head);
        bomb.extend(crc(&[b"IHDR", &head[..]].concat()).to_be_bytes());
        assert_eq!(clean(&bomb), Err(Unfit::TooLarge));
        assert_eq!(clean(&vec![0xff; MOST_BYTES + 1]), Err(Unfit::TooLarge));
        for file in [
            &b""[..],
            b"GIF89a\x01\0\x01\0",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
            b"%PDF-1.7",
            b"\xff\xd8\xff\xe0 and then nothing",
            b"RIFF\x10\0\0\0WEBPVP8 ",
        ] {
            assert_eq!(clean(file), Err(Unfit::Unreadable));
        }
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 * (crc & 1))
            })
        })
    }
}
