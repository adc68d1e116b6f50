# What is installed, and the Debian package that CPack makes of it (deploy/package runs it).
include(GNUInstallDirs)
set(debian ${CMAKE_CURRENT_LIST_DIR}/debian)
set(doc ${CMAKE_INSTALL_DATAROOTDIR}/doc/music-gateway)

# Policy wants these compressed, and the same bytes each time.
set(compressed)
function(compress source name)
  add_custom_command(OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/package/${name}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/package
    COMMAND gzip -9nc ${source} > ${CMAKE_CURRENT_BINARY_DIR}/package/${name}
    DEPENDS ${source} VERBATIM)
  list(APPEND compressed ${CMAKE_CURRENT_BINARY_DIR}/package/${name})
  set(compressed ${compressed} PARENT_SCOPE)
endfunction()
compress(${debian}/music-gateway.1 music-gateway.1.gz)
compress(${debian}/changelog changelog.gz)
add_custom_target(package-files DEPENDS ${compressed})

install(TARGETS music-gateway RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT gateway)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/package/music-gateway.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT gateway)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/package/changelog.gz ${debian}/copyright ${debian}/README.Debian
  DESTINATION ${doc} COMPONENT gateway)
install(FILES ${CMAKE_CURRENT_LIST_DIR}/../config/gateway.yaml DESTINATION ${doc}/examples COMPONENT gateway)
install(FILES ${debian}/lintian-overrides DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/lintian/overrides
  RENAME music-gateway COMPONENT gateway)
# Where systemd and dpkg look, whatever the prefix.
install(FILES ${debian}/music-gateway.service DESTINATION /lib/systemd/system COMPONENT gateway)
install(FILES ${debian}/gateway.yaml DESTINATION /etc/music-gateway COMPONENT gateway)
install(DIRECTORY DESTINATION /etc/music-gateway/secrets
  DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE COMPONENT gateway)

# The producer's stand-in, for the image of that name.
install(TARGETS producer-simulator RUNTIME DESTINATION . COMPONENT simulator EXCLUDE_FROM_ALL)
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/../tests/simulator/media DESTINATION . COMPONENT simulator EXCLUDE_FROM_ALL
  PATTERN make-media EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME music-gateway)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "music-gateway maintainers <music-gateway@example.com>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Aitronos Music API in front of the AI Music API")
set(CPACK_PACKAGE_DESCRIPTION "Clients of the Aitronos Music API point their base URL at this gateway and
notice nothing: it answers that API, and makes the music with the producer
backend of the AI Music API. No job that was accepted is lost, and none is
paid for twice.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL gateway)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ffmpeg, redis-server")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)
include(CPack)
