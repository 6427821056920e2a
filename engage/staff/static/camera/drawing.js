// Gives the pixels of a part of a picture at a width, and the whole of it as the bytes of a JPEG.

function drawer(picture) {
  const canvas = document.createElement("canvas");
  return (x, y, w, h, width) => {
    const height = Math.max(1, Math.round((h * width) / w));
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, x, y, w, h, 0, 0, width, height);
    return pen.getImageData(0, 0, width, height);
  };
}

// Never as a blob, which a browser may put on the disk.
function jpegOf(canvas, bestQuality, mostBytes) {
  for (let quality = bestQuality; ; quality -= 0.15) {
    const text = atob(canvas.toDataURL("image/jpeg", quality).split(",")[1]);
    if (text.length <= mostBytes || quality < 0.3) return Uint8Array.from(text, (sign) => sign.charCodeAt(0));
  }
}
