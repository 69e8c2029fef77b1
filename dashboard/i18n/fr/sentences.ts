/** Whole sentences: explanations, empty and error states, confirmations. */
export const SENTENCES: Record<string, string> = {
  "90 unless set otherwise. Odoo's events have policies of their own, under Policies.":
    "90 sauf autre réglage. Les événements d’Odoo ont leurs propres politiques, sous Politiques.",
  "A key lets a program in with the permissions you choose, and no more.":
    "Une clé laisse entrer un programme avec les permissions que vous choisissez, et rien de plus.",
  "A page, an instance, or any word of the trail": "Une page, une instance, ou un mot de la piste",
  "A role is a set of permissions. The five that come with Vigil stay as they are; make your own beside them.":
    "Un rôle est un ensemble de permissions. Les cinq rôles fournis ne changent pas ; créez les vôtres à côté.",
  "A schedule makes a report again and again: every Monday, every first of the month.":
    "Une planification refait un rapport : chaque lundi, chaque premier du mois.",
  "Accept a certificate that no authority signed": "Accepter un certificat qu’aucune autorité n’a signé",
  "After the password, a six-digit code from an app on your phone (TOTP).":
    "Après le mot de passe, un code à six chiffres d’une application sur votre téléphone (TOTP).",
  "All sessions end, and signing in is refused until somebody unblocks the user.":
    "Toutes les sessions se terminent, et la connexion est refusée jusqu’au déblocage.",
  "As soon as somebody changes something in Odoo, it appears here.":
    "Dès que quelqu’un modifie quelque chose dans Odoo, cela apparaît ici.",
  "Odoo enforces this policy.": "Odoo applique cette politique.",
  "Set in Odoo until now. Set it here, and Vigil keeps it so.":
    "Réglée dans Odoo jusqu’ici. Réglez-la ici, et Vigil la maintient.",
  "Odoo has not taken it yet; it is pushed again until it has.":
    "Odoo ne l’a pas encore prise ; elle est renvoyée jusqu’à ce qu’il l’ait.",
  "It was changed in Odoo since it was set here.": "Elle a été changée dans Odoo depuis son réglage ici.",
  "As the organisation's policy says.": "Selon la politique de l’organisation.",
  "Set for this instance.": "Réglé pour cette instance.",
  "The next run would delete {n} event.": "Le prochain passage supprimerait {n} événement.",
  "The next run would delete {n} events.": "Le prochain passage supprimerait {n} événements.",
  "Its creation lies before the trail: fields that never changed since are not known.":
    "Sa création précède la piste : les champs jamais modifiés depuis ne sont pas connus.",
  "Not with a search, or an end in the past": "Pas avec une recherche ou une fin dans le passé",
  "Ask an administrator of the organisation to connect one.":
    "Demandez à un administrateur de l’organisation d’en connecter un.",
  "Ask an owner or administrator of the organisation for the permission.":
    "Demandez la permission à un propriétaire ou administrateur de l’organisation.",
  "Asked: what is new arrives within seconds.": "Demandé : les nouveautés arrivent en quelques secondes.",
  "At least 12 characters. A sentence is easier to keep than a riddle.":
    "Au moins 12 caractères. Une phrase se retient mieux qu’une énigme.",
  "Capture is complete: every tracked table has its triggers, and nothing is waiting.":
    "La capture est complète : chaque table suivie a ses déclencheurs, et rien n’attend.",
  "Connect one, and its events appear here within seconds.":
    "Connectez-en un, et ses événements apparaissent ici en quelques secondes.",
  "Copy it now: it is shown only this once. Vigil keeps a digest, not the key.":
    "Copiez-la maintenant : elle n’est montrée qu’une fois. Vigil garde une empreinte, pas la clé.",
  "Each lets you in once when the phone is lost. They are shown only now.":
    "Chacun vous laisse entrer une fois si le téléphone est perdu. Ils ne sont montrés que maintenant.",
  "Empty: as many as they like.": "Vide : autant que l’on veut.",
  "Ended: the next request of that session is refused.":
    "Terminée : la prochaine requête de cette session est refusée.",
  "Every change, who made it, and the proof that nobody altered it since.":
    "Chaque changement, son auteur, et la preuve que personne ne l’a altéré depuis.",
  "Every login to Odoo and every attempt, with address, country and device.":
    "Chaque connexion à Odoo et chaque tentative, avec adresse, pays et appareil.",
  "Excel workbooks of the evidence, with a cover that says what is inside and how to check it.":
    "Des classeurs Excel des preuves, avec une page de garde qui dit ce qu’ils contiennent et comment les vérifier.",
  "For programs that read or act through the API.": "Pour les programmes qui lisent ou agissent par l’API.",
  "From then on the password alone is enough.": "Dès lors, le mot de passe seul suffit.",
  "Give it the group “Vigil Bridge” and nothing more.": "Donnez-lui le groupe « Vigil Bridge » et rien de plus.",
  "Give this link to {name}. It works once, for seven days, and is shown only now.":
    "Donnez ce lien à {name}. Il sert une fois, pendant sept jours, et n’est montré que maintenant.",
  "However busy it is. Empty: no limit.": "Si active qu’elle soit. Vide : sans limite.",
  "This Vigil sends no mail. An administrator of the machine can print the link:":
    "Ce Vigil n’envoie pas de courriel. Un administrateur de la machine peut afficher le lien :",
  "You signed in some time ago, and this opens another way into your account.":
    "Vous vous êtes connecté il y a un moment, et ceci ouvre un autre accès à votre compte.",
  "If there is an account with this address, the link is on its way. No mail? An administrator of the machine can print one:":
    "S’il existe un compte à cette adresse, le lien est en route. Pas de mail ? Un administrateur de la machine peut en imprimer un :",
  "Is it running? Look at its log, or try again in a moment.":
    "Tourne-t-il ? Regardez son journal, ou réessayez dans un instant.",
  "It becomes part of the evidence.": "Il fait partie des preuves.",
  "It is not the one that was pulled before. Say what happened, and pulling goes on.":
    "Ce n’est pas celle qui était lue avant. Dites ce qui s’est passé, et la lecture reprend.",
  "It may not have changed since tracking began, its model may not be tracked, or retention has taken what there was.":
    "Il n’a peut-être pas changé depuis le début du suivi, son modèle n’est pas suivi, ou la conservation a expiré.",
  "It needs the permission": "Il faut la permission",
  "It stays in this browser; its address can be sent to anybody.":
    "Il reste dans ce navigateur ; son adresse peut être envoyée à quiconque.",
  "Its log says more.": "Son journal en dit plus.",
  "JSON for programs": "JSON pour programmes",
  "Kept in this browser.": "Gardé dans ce navigateur.",
  "Letters, digits and dashes.": "Lettres, chiffres et tirets.",
  "Logins, one a line. Keep an emergency administrator here.":
    "Identifiants, un par ligne. Gardez-y un administrateur de secours.",
  "Lost it? On the service's machine:": "Perdu ? Sur la machine du service :",
  "Make one, or schedule one: it appears here while it is being written.":
    "Créez-en un, ou planifiez-le : il apparaît ici pendant son écriture.",
  "NDJSON with proofs: can be verified offline": "NDJSON avec preuves : vérifiable hors ligne",
  "No Odoo is connected yet": "Aucun Odoo n’est encore connecté",
  "No camera? Type this secret:": "Pas d’appareil photo ? Tapez ce secret :",
  "No events of this record": "Aucun événement de cet enregistrement",
  "No events yet": "Pas encore d’événements",
  "No keys yet": "Pas encore de clés",
  "No logins": "Aucune connexion",
  "No reports yet": "Pas encore de rapports",
  "No sessions": "Aucune session",
  "No. {seq} of {instance}, stored {time}.": "N° {seq} de {instance}, conservé le {time}.",
  "Nobody has been here yet": "Personne n’est encore passé ici",
  "Nobody is signed in": "Personne n’est connecté",
  "Nobody may have it any more.": "Plus personne ne doit l’avoir.",
  "Nobody of that name": "Personne de ce nom",
  "Nobody yet": "Personne encore",
  "None in what is stored, or none that the filter lets through.":
    "Aucune dans ce qui est conservé, ou aucune que le filtre laisse passer.",
  "None yet: the first is signed within a minute of the first event.":
    "Aucun encore : le premier est signé dans la minute du premier événement.",
  "None. Under a hold nothing of this instance is deleted, whatever the policy says.":
    "Aucune. Sous conservation légale rien de cette instance n’est supprimé, quoi que dise la politique.",
  "Nothing in this period.": "Rien dans cette période.",
  "Nothing is deleted.": "Rien n’est supprimé.",
  "Nothing is scheduled": "Rien n’est planifié",
  "Nothing matches": "Rien ne correspond",
  "Nothing of it is deleted until the hold is released.": "Rien n’en est supprimé avant la levée.",
  "Nothing suspicious was found": "Rien de suspect n’a été trouvé",
  "Nothing suspicious was found.": "Rien de suspect n’a été trouvé.",
  "Nothing yet": "Rien encore",
  "Odoo 17, 18 or 19. Nothing is changed in it before you say so.":
    "Odoo 17, 18 ou 19. Rien n’y est changé avant votre accord.",
  "Odoo has not answered for a while: this is the last that is known.":
    "Odoo ne répond plus depuis un moment : voici ce que l’on sait de dernier.",
  "One a line: 1-5 08:00-18:00 Europe/Berlin (1 is Monday). Empty: always.":
    "Un par ligne : 1-5 08:00-18:00 Europe/Berlin (1 = lundi). Vide : toujours.",
  "One a line: 192.0.2.0/24. Empty: from everywhere.": "Un par ligne : 192.0.2.0/24. Vide : de partout.",
  "One a line: base.group_system = 10": "Un par ligne : base.group_system = 10",
  "One a line: login = 30, or login = never": "Un par ligne : identifiant = 30, ou identifiant = never",
  "Only a password protects this account. Add a passkey, or a code from an authenticator: evidence deserves it.":
    "Seul un mot de passe protège ce compte. Ajoutez une clé d’accès ou un code : des preuves le méritent.",
  "Only inside your own network.": "Seulement dans votre propre réseau.",
  "People and programs that the evidence of an Odoo names.":
    "Les personnes et programmes que nomment les preuves d’un Odoo.",
  "People who may sign in to this organisation, and what their role allows.":
    "Les personnes qui peuvent se connecter à cette organisation, et ce que permet leur rôle.",
  "Programs that use it are refused from the next request on. This cannot be taken back.":
    "Les programmes qui l’utilisent sont refusés dès la prochaine requête. C’est irréversible.",
  "Pulling stops and its key is forgotten. Its evidence stays until retention takes it.":
    "La lecture cesse et sa clé est oubliée. Ses preuves restent jusqu’à la fin de leur conservation.",
  "Put the folder on Odoo's addons path, restart, and install “Vigil”.":
    "Placez le dossier dans l’addons path d’Odoo, redémarrez, et installez « Vigil ».",
  "Recomputing every hash and signature from the stored columns…":
    "Chaque empreinte et signature est recalculée depuis les colonnes conservées…",
  "Reports that it made stay.": "Les rapports déjà faits restent.",
  "Rules look at failed logins, new places and devices, bursts of reads and exports, and changes of rights.":
    "Les règles observent les échecs de connexion, lieux et appareils nouveaux, lectures et exports en rafale, et changements de droits.",
  "SQL, nobody signed in": "SQL, personne de connecté",
  "Scan this with your authenticator, then type the code it shows.":
    "Scannez ceci avec votre authentificateur, puis tapez le code affiché.",
  "Sessions appear here as soon as somebody signs in to Odoo. The addon must be of a version that tells them.":
    "Les sessions apparaissent dès que quelqu’un se connecte à Odoo. Le module doit être d’une version qui les transmet.",
  "Sign in by fingerprint, face or security key. Nothing to type, nothing that can be phished.":
    "Connexion par empreinte, visage ou clé de sécurité. Rien à taper, rien à hameçonner.",
  "Signed in as that user: Preferences → Account Security → New API Key.":
    "Connecté comme cet utilisateur : Préférences → Sécurité du compte → Nouvelle clé d’API.",
  "Six digits, or one of your recovery codes.": "Six chiffres, ou l’un de vos codes de secours.",
  "Take a part of the filter away, or choose a longer period.":
    "Retirez une partie du filtre, ou choisissez une période plus longue.",
  "That did not work": "Cela n’a pas marché",
  "That session is ended.": "Cette session est terminée.",
  "The Odoo databases whose evidence is kept here.": "Les bases Odoo dont les preuves sont conservées ici.",
  "Signing in is possible again at once.": "La connexion est de nouveau possible aussitôt.",
  "That it changed is recorded, its values are not.": "Le changement est enregistré, ses valeurs ne le sont pas.",
  "The address may be cut or mistyped. Ctrl K finds every page.":
    "L’adresse est peut-être tronquée ou mal tapée. Ctrl K trouve chaque page.",
  "The model is tracked without values, or Vigil was away so long that Odoo's outbox had reached its limit.":
    "Le modèle est suivi sans valeurs, ou Vigil a été absent si longtemps que la file d’Odoo avait atteint sa limite.",
  "{name} may sign in to Odoo again.": "{name} peut de nouveau se connecter à Odoo.",
  "As it comes: {value}": "D’origine : {value}",
  "One a line: logins, addresses or networks.": "Un par ligne : identifiants, adresses ou réseaux.",
  "Take back what was set here": "Reprendre ce qui a été réglé ici",
  "They hold for events from now on: what was found stays found.":
    "Ils valent pour les événements à venir : ce qui est constaté le reste.",
  "Names are kept in this browser; the address holds the filter itself.":
    "Les noms sont gardés dans ce navigateur ; l’adresse contient le filtre même.",
  "Empty: the key stays as it is.": "Vide : la clé reste la même.",
  "The check writes nothing. The key is kept encrypted.": "La vérification n’écrit rien. La clé est gardée chiffrée.",
  "The first sign-in will be the first entry.": "La première connexion sera la première entrée.",
  "The invitation is ready": "L’invitation est prête",
  "The key is refused from now on.": "La clé est désormais refusée.",
  "The link works once, until {time}.": "Le lien sert une fois, jusqu’au {time}.",
  "The passkey is added.": "La clé d’accès est ajoutée.",
  "The password is changed; your other sessions were ended.":
    "Le mot de passe est changé ; vos autres sessions sont terminées.",
  "The policy is set in Odoo.": "La politique est appliquée dans Odoo.",
  "The record was deleted. These were its last values.":
    "L’enregistrement a été supprimé. Voici ses dernières valeurs.",
  "The report is being written.": "Le rapport est en cours d’écriture.",
  "The service could not answer": "Le service n’a pas pu répondre",
  "The service does not answer": "Le service ne répond pas",
  "The service printed a one-time link when it started. Open it to make the first account, the owner's.":
    "Le service a imprimé un lien à usage unique à son démarrage. Ouvrez-le pour créer le premier compte, celui du propriétaire.",
  "The very next request is refused, and unsaved work may be lost.":
    "La toute prochaine requête est refusée, et le travail non enregistré peut être perdu.",
  "The warning saves the draft.": "L’avertissement enregistre le brouillon.",
  "Their sessions end at once. What they did stays in the audit log.":
    "Ses sessions se terminent aussitôt. Ce que la personne a fait reste dans le journal.",
  "There is no such page": "Cette page n’existe pas",
  "This address lacks its secret part: open the whole link as it was printed or sent.":
    "Il manque à cette adresse sa partie secrète : ouvrez le lien entier, tel qu’imprimé ou envoyé.",
  "This is not here": "Ce n’est pas ici",
  "This link does not open": "Ce lien n’ouvre pas",
  "Times are shown in your zone; hover one to see it in UTC.":
    "Les heures sont dans votre fuseau ; survolez-en une pour la voir en UTC.",
  "To change these takes the permission manage:organisation.":
    "Pour changer cela il faut la permission manage:organisation.",
  "To change this takes the permission manage:policies.": "Pour changer cela il faut la permission manage:policies.",
  "Too many requests": "Trop de requêtes",
  "Users appear with their first event.": "Les utilisateurs apparaissent avec leur premier événement.",
  "Version {version}, set {time} by {who}.": "Version {version}, appliquée le {time} par {who}.",
  "Wait a minute, then try again.": "Attendez une minute, puis réessayez.",
  "A link lets you choose a new one. It works once, for an hour.":
    "Nous envoyons un lien pour en choisir un nouveau. Il sert une fois, pendant une heure.",
  "Welcome. Make this Vigil yours": "Bienvenue. Faites vôtre ce Vigil",
  "What arrives is {lag} old: it is still catching up.":
    "Ce qui arrive date de {lag} : la lecture rattrape son retard.",
  "What holds in Odoo without anybody watching, and how long evidence is kept.":
    "Ce qui vaut dans Odoo sans que personne ne veille, et combien de temps les preuves sont gardées.",
  "What the rules found worth a look. The same events always give the same findings; each names its evidence.":
    "Ce que les règles jugent digne d’un regard. Les mêmes événements donnent toujours les mêmes constats, avec leurs preuves.",
  "What uses it: “backup script”, “SIEM”.": "Qui l’utilise : « script de sauvegarde », « SIEM ».",
  "When somebody signs in as them from a new place": "Quand on se connecte sous leur nom d’un lieu nouveau",
  "When their session expired": "Quand leur session a expiré",
  "When there is one too many": "Quand il y en a une de trop",
  "Who did what in Vigil itself: sign-ins, changes of settings, exports. Chained and sealed like Odoo's events.":
    "Qui a fait quoi dans Vigil même : connexions, réglages, exports. Chaîné et scellé comme les événements d’Odoo.",
  "Who has the link can join: send it by a way you trust.":
    "Qui a le lien peut rejoindre : envoyez-le par une voie de confiance.",
  "Who is signed in to Odoo, from where, and for how long. Durations are right to the minute (± 60 s).":
    "Qui est connecté à Odoo, d’où, et depuis quand. Les durées sont justes à la minute (± 60 s).",
  "Who receives the file checks it without access to Vigil:": "Qui reçoit le fichier le vérifie sans accès à Vigil :",
  "Whole sealed segments go; each leaves a signed tombstone in the chain.":
    "Des segments scellés entiers partent ; chacun laisse une pierre tombale signée dans la chaîne.",
  "Without a key, a click or a request. Empty: never.": "Sans touche, clic ni requête. Vide : jamais.",
  "You are signed out": "Vous êtes déconnecté",
  "You have an account here already.": "Vous avez déjà un compte ici.",
  "You may not see this": "Vous ne pouvez pas voir ceci",
  "Your session ended. Sign in again to go on here.":
    "Votre session est terminée. Reconnectez-vous pour continuer ici.",
  "changed; the value is secret and was never recorded":
    "modifié ; la valeur est secrète et n’a jamais été enregistrée",
  "{name} is blocked: sessions are ended, and new ones refused.":
    "{name} est bloqué : ses sessions sont terminées, et de nouvelles refusées.",
  "{name} is connected; its first events are on their way.":
    "{name} est connecté ; ses premiers événements sont en route.",
  "{name} is no member any more.": "{name} n’est plus membre.",
  "{name} is not pulled any more.": "{name} n’est plus lu.",
  "{n} Odoo, captured and sealed without a gap.": "{n} Odoo, capturé et scellé sans lacune.",
  "{n} Odoos, all captured and sealed without a gap.": "{n} Odoo, tous capturés et scellés sans lacune.",
  "{witnessed} witnessed by Odoo, {sealed} sealed, {open} waiting for their seal.":
    "{witnessed} attestés par Odoo, {sealed} scellés, {open} en attente de leur sceau.",
};
