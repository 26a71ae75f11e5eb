FLASK_APP=bot.cli:app
