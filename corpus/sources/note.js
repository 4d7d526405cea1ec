// For `mutool run`: put a note on the first page and save incrementally. Arguments: input, output.
var doc = new PDFDocument(scriptArgs[0]);
var note = doc.loadPage(0).createAnnotation("Text");
note.setRect([540, 20, 560, 40]);
note.setContents("sudah diperiksa");
note.update();
doc.save(scriptArgs[1], "incremental");
