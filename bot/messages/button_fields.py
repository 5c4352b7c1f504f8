"""How the fields of buttons are written: numbers, words, ratings, yes and no."""

from typing import Annotated

from bot.messages.button_codec import Written

VALUES = {"+": 1, "-": -1, "0": 0}
SIGNS = {value: sign for sign, value in VALUES.items()}

Number = Annotated[int, Written(r"\d{1,18}", int)]
Page = Annotated[int, Written(r"\d{1,4}", int)]
Text = Annotated[str, Written(".{1,61}")]
Name = Annotated[str, Written(".{1,58}")]
Phrase = Annotated[str, Written(".{1,40}")]
# A pick's number, or `paper_ref` of any paper.
Ref = Annotated[str, Written(r"p?\d{1,18}")]
# A rating: 1, −1 or 0.
Value = Annotated[int, Written("[+0-]", VALUES.__getitem__, SIGNS.__getitem__)]
# A rating that is none taken back.
Thumb = Annotated[int, Written("[+-]", VALUES.__getitem__, SIGNS.__getitem__)]
# Yes or no, as a plus and a zero, or as a plus and a minus.
Flag = Annotated[bool, Written("[+0]", "+".__eq__, lambda yes: "0+"[yes])]
Sign = Annotated[bool, Written("[+-]", "+".__eq__, lambda yes: "-+"[yes])]
