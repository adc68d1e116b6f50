# Writes OUTPUT: for each name in SCRIPTS the text of FOLDER/<name>.lua, with the prelude before it.
file(READ ${FOLDER}/prelude.lua prelude)
set(text "#include \"adapters/redis/scripts.hpp\"\n\nnamespace adapters::redis {\n\n")
foreach(script IN LISTS SCRIPTS)
  file(READ ${FOLDER}/${script}.lua body)
  string(APPEND text
    "const script ${script}_script{R\"lua(${prelude})lua\",\n                         R\"lua(${body})lua\"};\n\n")
endforeach()
string(APPEND text "}  // namespace adapters::redis\n")
file(WRITE ${OUTPUT} "${text}")
