App({
  // `cameraScene`: the scene that the index page has just read with the camera (see lib/code.js).
  globalData: { cameraScene: '' },
})
