"""One file a scene: each draws one kind of scene and reports which of its keys was pressed."""
