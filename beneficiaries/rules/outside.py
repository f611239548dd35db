"""What is told of a person on file where the reader may not look. Pure."""

# Neither who it is nor where, and only of a whole number that the reader holds already: a name tells nothing.
ON_FILE_ELSEWHERE = "此身份证号已在本县其他社区登记，请报镇核实后办理。"
