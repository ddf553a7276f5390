"""Paper templates (.docx): the office's own before the shipped one, filled in a sandbox, faults named by their tag."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from service.errors import ServiceError
from service.files.cells import safe_text
from service.files.writers import written_whole

MOST_BYTES = 3_000_000
MOST_UNPACKED = 60_000_000
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
_NAME = re.compile(r"'([^']+)' is undefined")
_ATTRIBUTE = re.compile(r"has no attribute '([^']+)'")


class TemplateFault(ServiceError):
    """A template cannot be used; the message names the template and the faulty tag."""

    code = "E_TEMPLATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cabinet:
    """Where templates are: the office's own in `own`, the shipped ones in `shipped`."""

    own: Path
    shipped: Path

    def path(self, name: str) -> Path:
        """Give the template in use."""
        return self.own_path(name) if self.is_own(name) else self.shipped / f"{name}.docx"

    def own_path(self, name: str) -> Path:
        """Give the place of the office's own template."""
        return self.own / f"{name}.docx"

    def is_own(self, name: str) -> bool:
        """Tell whether the office has a template of its own."""
        return self.own_path(name).is_file()

    def keep(self, name: str, content: bytes) -> None:
        """Take a template into use."""
        self.own.mkdir(parents=True, exist_ok=True)
        with written_whole(self.own_path(name)) as path:
            path.write_bytes(content)

    def reset(self, name: str) -> None:
        """Go back to the shipped template."""
        self.own_path(name).unlink(missing_ok=True)


def fill(template: bytes, name: str, words: Mapping[str, object]) -> bytes:
    """Fill a template.

    Args:
        template: the .docx.
        name: what messages call it.
        words: what its tags may name; texts, numbers, lists of texts or of mappings.

    Raises:
        TemplateFault: it is no .docx, a tag is written wrongly, or names what there is not.
    """
    from docxtpl import DocxTemplate

    _check_package(template, name)
    try:
        document = DocxTemplate(io.BytesIO(template))
        document.init_docx()
    except Exception as error:
        raise TemplateFault(f"模板“{name}”不是可读的 Word 文档（.docx），请用 WPS 打开后另存为 .docx") from error
    try:
        document.render(_clean(words), _environment(), autoescape=True)
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        raise TemplateFault(_fault(document, name, error)) from error
    _keep_cells(document)
    filled = io.BytesIO()
    document.save(filled)
    return filled.getvalue()


def _keep_cells(document: Any) -> None:
    """Give each cell that a list without entries has emptied the paragraph that Word needs."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in document.docx.element.body.iter(qn("w:tc")):
        if cell[-1].tag not in (qn("w:p"), qn("w:sdt")):
            cell.append(OxmlElement("w:p"))


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _check_package(template: bytes, name: str) -> None:
    if len(template) > MOST_BYTES:
        raise TemplateFault(f"模板“{name}”超过 {MOST_BYTES // 1_000_000} MB，请压缩其中的图片后再试")
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as archive:
            names = {one.filename for one in archive.infolist()}
            unpacked = sum(one.file_size for one in archive.infolist())
    except zipfile.BadZipFile:
        names, unpacked = set(), 0
    if "word/document.xml" not in names:
        raise TemplateFault(f"模板“{name}”不是 Word 文档（.docx），请用 WPS 另存为 .docx")
    if unpacked > MOST_UNPACKED:
        raise TemplateFault(f"模板“{name}”解压后过大，请换一个模板")
    if any(one.endswith("vbaProject.bin") for one in names):
        raise TemplateFault(f"模板“{name}”带有宏，请另存为不带宏的 .docx")


def _clean(value: Any) -> Any:
    """Make everything that reaches a document fit for it."""
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, Mapping):
        return {name: _clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value


def _fault(document: Any, name: str, error: Exception) -> str:
    missing = _NAME.search(str(error)) or _ATTRIBUTE.search(str(error))
    tags = _tags(document)
    if isinstance(error, UndefinedError) and missing:
        tag = next((one for one in tags if missing[1] in one), f"{{{{ {missing[1]} }}}}")
        return f"模板“{name}”中的标签 {tag} 有误：没有“{missing[1]}”这一项，请对照可用标签修改"
    wrong = next((one for one in tags if one.startswith("{{") and _is_wrong(one)), None)
    if wrong:
        return f"模板“{name}”中的标签 {wrong} 写法有误，应如 {{{{ 登记号 }}}}，请修改后重新上传"
    if isinstance(error, TemplateSyntaxError):
        opened = sum(one.startswith("{%") and re.match(r"\{%\w*\s*(for|if)\b", one) is not None for one in tags)
        closed = sum("endfor" in one or "endif" in one for one in tags)
        if opened > closed:
            return f"模板“{name}”中的 {{% for %}} 或 {{% if %}} 没有配对的 {{% endfor %}} 或 {{% endif %}}，请补上"
        odd = next((one for one in tags if one.startswith("{%")), "")
        return f"模板“{name}”中的标签写法有误（{odd or '花括号没有成对'}），请检查花括号和百分号是否成对"
    return f"模板“{name}”中的标签不能这样用，请对照可用标签修改"


def _tags(document: Any) -> list[str]:
    """List the tags as the office typed them, however Word has split them over its runs."""
    document.init_docx()
    plain = re.sub(r"<[^>]+>", "", document.get_xml())
    return [one.replace("&amp;", "&").replace("&lt;", "<") for one in _TAG.findall(plain)]


def _is_wrong(tag: str) -> bool:
    try:
        _environment().parse(re.sub(r"\{\{[rp]\s", "{{ ", tag))
    except TemplateSyntaxError:
        return True
    return False
