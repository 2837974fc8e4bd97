/* All works without this: it shows what was chosen, takes dropped files, and says that the work goes on. */
(function () {
  'use strict';
  var form = document.getElementById('upload');
  if (!form) { return; }
  var files = document.getElementById('files'), chosen = document.getElementById('chosen');
  var zone = form.querySelector('.drop'), go = document.getElementById('go'), wait = document.getElementById('wait');
  function tell() {
    var names = [], size = 0, at;
    for (at = 0; at < files.files.length; at += 1) { names.push(files.files[at].name); size += files.files[at].size; }
    chosen.textContent = names.length ? '已选：' + names.join('、') : '';
    if (size > 20 * 1024 * 1024) { chosen.textContent += '（合计超过 20 MB，不能上传）'; }
  }
  files.addEventListener('change', tell);
  ['dragenter', 'dragover'].forEach(function (kind) {
    zone.addEventListener(kind, function (event) { event.preventDefault(); zone.classList.add('over'); });
  });
  ['dragleave', 'drop'].forEach(function (kind) {
    zone.addEventListener(kind, function () { zone.classList.remove('over'); });
  });
  zone.addEventListener('drop', function (event) {
    event.preventDefault();
    files.files = event.dataTransfer.files;
    tell();
  });
  form.addEventListener('submit', function () {
    go.disabled = true;
    wait.textContent = '正在上传和核对，请稍候，不要关闭页面……';
  });
  window.addEventListener('pageshow', function () { go.disabled = false; wait.textContent = ''; });
}());
