"""JupyterHub for a class that runs the cases live; README.md beside this file says where it goes.

It stands alone (`jupyterhub -f hub/jupyterhub_config.py`), or is added to what The Littlest JupyterHub or Zero to JupyterHub
set themselves. So it names neither an authenticator nor a spawner, and takes the `c` that all three bring.
"""

# ruff: noqa: F821
import os

# CAMPUS: who may enter. With nothing here JupyterHub asks the machine's own accounts and lets in nobody until they are named.
# c.JupyterHub.authenticator_class = "..."
# c.Authenticator.allowed_users = {"..."}

# CAMPUS: where a student lands who comes without a link. The part of a `tworooms hub-links` link from /git-pull on
# pulls the cases whenever a server starts.
c.Spawner.default_url = os.environ.get("TWO_ROOMS_START", "/lab")

# A login that travels in the clear can be taken. Whatever carries the encryption, browsers now refuse to send it without.
c.JupyterHub.tornado_settings.update({"cookie_options": {"secure": True}})

# A server with one case open uses about 300 MB. Spawners that can enforce limits do: those of systemd, Docker and
# Kubernetes. The one that JupyterHub has when nothing is set cannot.
c.Spawner.mem_limit = "1G"
c.Spawner.mem_guarantee = "400M"
c.Spawner.cpu_limit = 1

# Thirty people follow a link in the same minute, and each start keeps a core busy for some seconds.
c.Spawner.start_timeout = 180
c.Spawner.http_timeout = 180

# What a student has put into the home folder cannot switch the lines below back on.
c.Spawner.disable_user_config = True

c.Spawner.args = [
    # No other host is asked: no news, no search for updates, no catalogue of extensions.
    "--LabApp.news_url=None",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    # No case needs a shell. A notebook can still start one: what keeps students apart is the spawner.
    "--ServerApp.terminals_enabled=False",
    # A case runs anew in seconds, so an hour without work ends kernels, open tabs or not, and then the server.
    "--MappingKernelManager.cull_idle_timeout=3600",
    "--MappingKernelManager.cull_connected=True",
    "--ServerApp.shutdown_no_activity_timeout=3600",
]
