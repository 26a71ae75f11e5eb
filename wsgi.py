"""What the web server loads: `granian wsgi:app`."""

from bot.app import create_app

app = create_app()
