FLASK_APP=bot.cli
