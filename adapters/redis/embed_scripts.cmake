# Writes OUTPUT: for each name in SCRIPTS the text of FOLDER/<name>.lua, with the prelude and the parts before it that its first
# line names ("-- uses: ...").
file(READ ${FOLDER}/prelude.lua prelude)
set(text "#include \"adapters/redis/scripts.hpp\"\n\nnamespace adapters::redis {\n\n")
foreach(script IN LISTS SCRIPTS)
  file(READ ${FOLDER}/${script}.lua body)
  file(STRINGS ${FOLDER}/${script}.lua uses LIMIT_COUNT 1)
  string(REGEX REPLACE "^-- uses:" "" uses "${uses}")
  separate_arguments(uses UNIX_COMMAND "${uses}")
  set(before "${prelude}")
  foreach(part IN LISTS uses)
    file(READ ${FOLDER}/parts/${part}.lua part_text)
    string(APPEND before "\n${part_text}")
  endforeach()
  string(APPEND text
    "const script ${script}_script{R\"lua(${before})lua\",\n                         R\"lua(${body})lua\"};\n\n")
endforeach()
string(APPEND text "}  // namespace adapters::redis\n")
file(WRITE ${OUTPUT} "${text}")
